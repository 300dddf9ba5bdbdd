import { flags as words } from './text/en-flags.ts'

/** https://www.envoyproxy.io/docs/envoy/latest/configuration/observability/access_log/usage — response flags. */
export type Flag = keyof typeof words

export const isFlag = (flag: string): flag is Flag => Object.hasOwn(words, flag)

/** `URX,UF` → its flags in the proxy's order; `-` is none. */
export const flagsOf = (text: string): string[] => text.split(',').filter(flag => flag !== '' && flag !== '-')

const httpWords: Record<string, string> = {
  0: 'no response',
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  204: 'No Content',
  206: 'Partial Content',
  301: 'Moved Permanently',
  302: 'Found',
  304: 'Not Modified',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  409: 'Conflict',
  410: 'Gone',
  413: 'Content Too Large',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  431: 'Header Fields Too Large',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
}

/** https://grpc.io/docs/guides/status-codes/ */
const grpcWords = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
]

/** The protocol's own word for a code; these are names and are not translated. Empty where there is none. */
export function codeWord({ code, protocol }: { code: string; protocol: 'http' | 'grpc' | 'tcp' }): string {
  if (protocol === 'grpc') return grpcWords[Number(code)] ?? ''
  return protocol === 'http' ? (httpWords[code] ?? '') : ''
}
