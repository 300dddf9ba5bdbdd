import { keepsTheLaw } from '#web/config/forms/round-trip.fixture.ts'
import { telemetryBook } from './book.ts'

keepsTheLaw(telemetryBook)
