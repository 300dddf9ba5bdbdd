import { keepsTheLaw } from '#web/config/forms/round-trip.fixture.ts'
import { grpcRouteBook, httpRouteBook, kubernetesGatewayBook } from './books.ts'

keepsTheLaw(kubernetesGatewayBook)
keepsTheLaw(httpRouteBook)
keepsTheLaw(grpcRouteBook)
