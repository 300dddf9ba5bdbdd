import { keepsTheLaw } from '#web/config/forms/round-trip.fixture.ts'
import { destinationRuleBook, gatewayBook, virtualServiceBook } from './books.ts'

keepsTheLaw(virtualServiceBook)
keepsTheLaw(destinationRuleBook)
keepsTheLaw(gatewayBook)
