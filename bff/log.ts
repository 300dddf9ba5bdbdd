import { destination, type Logger, pino, stdSerializers } from 'pino'
import type { Env } from './env.ts'

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>

/** JSON lines on standard error. Whatever is named like a credential is cut out, wherever it comes from. */
export function createLog(env: Pick<Env, 'logLevel'>): Log {
  const secrets = ['authorization', 'token', 'password', 'cookie']
  return pino(
    {
      level: env.logLevel,
      base: null,
      serializers: { err: stdSerializers.errWithCause },
      redact: { paths: secrets.flatMap(name => [name, `*.${name}`, `*.*.${name}`]), censor: '(hidden)' },
    },
    destination({ fd: 2, sync: true }),
  )
}
