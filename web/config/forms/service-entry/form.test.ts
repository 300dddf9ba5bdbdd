import { keepsTheLaw } from '#web/config/forms/round-trip.fixture.ts'
import { serviceEntryBook } from './book.ts'

keepsTheLaw(serviceEntryBook)
