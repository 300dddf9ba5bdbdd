import { keepsTheLaw } from '#web/config/forms/round-trip.fixture.ts'
import { peerAuthenticationBook } from './book.ts'

keepsTheLaw(peerAuthenticationBook)
