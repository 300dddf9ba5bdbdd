import type { PodReply } from '#lab/contract.ts'

/** How the processes of a mesh answer over HTTP. */

export const json = (value: unknown, indent = 0): PodReply => ({
  code: 200,
  contentType: 'application/json',
  body: JSON.stringify(value, null, indent),
})

export const plain = (body: string, code = 200, contentType = 'text/plain; charset=utf-8'): PodReply => ({
  code,
  contentType,
  body,
})
