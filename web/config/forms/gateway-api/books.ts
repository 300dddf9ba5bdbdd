import { bookOf } from '#web/config/forms/book.ts'
import { kubernetesGatewayForm } from './gateway.ts'
import { grpcRouteForm } from './grpc-route.ts'
import { httpRouteForm } from './http-route.ts'
import { enFormGatewayApi } from './text/en.ts'
import { zhCNFormGatewayApi } from './text/zh-CN.ts'

const texts = { en: enFormGatewayApi, 'zh-CN': zhCNFormGatewayApi }

export const kubernetesGatewayBook = bookOf(kubernetesGatewayForm, texts)
export const httpRouteBook = bookOf(httpRouteForm, texts)
export const grpcRouteBook = bookOf(grpcRouteForm, texts)
