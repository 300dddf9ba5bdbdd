import type { Answer } from '#lab/mesh/decide/outcome.ts'

/** How a request ends, as far as its caller's own answer depends on it. The numbers index arrays. */
export const category = { ok: 0, clientError: 1, failed: 2, unavailable: 3, deadline: 4, timeout: 5 } as const
export type Category = (typeof category)[keyof typeof category]
export const categories = 6

/** What applications answer: HTTP status, and gRPC's beside 200. The last one is told by proxies, not by the application. */
export const httpCodes = [200, 404, 500, 503, 504, 0] as const
export const grpcCodes = [0, 5, 13, 14, 4, 1] as const

/** What an answer that a proxy gave means for the caller. */
export function categoryOf(answer: Answer): Category {
  if (answer.grpcStatus !== null)
    switch (answer.grpcStatus) {
      case 0:
        return category.ok
      case 14:
        return category.unavailable
      case 4:
        return category.deadline
      default:
        return category.failed
    }
  if (answer.code === 0 || answer.code === 502 || answer.code === 503) return category.unavailable
  if (answer.code === 504) return category.deadline
  return answer.code >= 400 ? category.failed : category.ok
}
