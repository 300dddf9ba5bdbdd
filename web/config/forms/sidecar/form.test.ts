import { keepsTheLaw } from '#web/config/forms/round-trip.fixture.ts'
import { sidecarBook } from './book.ts'

keepsTheLaw(sidecarBook)
