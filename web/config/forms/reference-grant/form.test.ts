import { keepsTheLaw } from '#web/config/forms/round-trip.fixture.ts'
import { referenceGrantBook } from './book.ts'

keepsTheLaw(referenceGrantBook)
