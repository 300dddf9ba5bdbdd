import { patternOf } from '#lab/kubernetes/schema/pattern.ts'
import { error, type Finding } from './findings.ts'

/** Whether a regular expression is one, and not too long (https://istio.io/latest/docs/reference/config/networking/virtual-service/#StringMatch). */
export function regexFindings(regex: string, where: string): Finding[] {
  if (regex === '') return [error(`"${where}": regex string match should not be empty`)]
  if (regex.length > 1024) return [error(`"${where}": regex is too large, max length allowed is 1024`)]
  try {
    patternOf(regex)
    return []
  } catch {
    return [
      error(
        `"${where}": error parsing regexp: \`${regex}\`; Istio uses RE2 style regex-based match (https://github.com/google/re2/wiki/Syntax)`,
      ),
    ]
  }
}
