import type { Finding } from '#shared/config/finding.ts'
import { keyOf } from '#shared/mesh/object.ts'
import type { Look } from './analyst.ts'

interface Said {
  findings: Finding[]
  brought: Finding[]
  resolved: Finding[]
}

/**
 * Which findings are shown while somebody types. The page's own analyzers speak at once; the server, which sees
 * everything, has the last word as soon as it has looked at the same text. What the page cannot know, because of rights,
 * is not said before the server says it; while the server does not answer (`isAlone`), it is told as doubtful.
 */
export function saidOf(given: {
  /** Of the text as it stands; null where the page has not looked at it. */
  look: Look | null
  /** The server's last answer; `isServers`: it is about the text as it stands. */
  server: Said | null
  isServers: boolean
  isAlone: boolean
}): (Said & { doubtful: Finding[] }) | null {
  const { look, server, isServers, isAlone } = given
  if (server !== null && (isServers || look === null)) return { ...server, doubtful: [] }
  if (look === null) return null
  const doubted = new Set(look.doubtful.map(textOf))
  const before = new Set(server?.findings.map(textOf))
  const stands = (finding: Finding) => !doubted.has(textOf(finding)) || before.has(textOf(finding))
  return {
    findings: look.findings.filter(stands),
    brought: look.brought,
    resolved: look.resolved,
    doubtful: isAlone ? look.findings.filter(finding => !stands(finding)) : [],
  }
}

const textOf = ({ code, object, path = '', message }: Finding): string => `${code} ${keyOf(object)} ${path} ${message}`
