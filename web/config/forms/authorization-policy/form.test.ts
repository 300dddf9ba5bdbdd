import { keepsTheLaw } from '#web/config/forms/round-trip.fixture.ts'
import { authorizationPolicyBook } from './book.ts'

keepsTheLaw(authorizationPolicyBook)
