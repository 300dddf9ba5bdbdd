import { keepsTheLaw } from '#web/config/forms/round-trip.fixture.ts'
import { requestAuthenticationBook } from './book.ts'

keepsTheLaw(requestAuthenticationBook)
