/** RE2 syntax (github.com/google/re2/wiki/Syntax) by way of JavaScript's, with what only one of them has set aside. */
export function problemOf(regex: string): string | null {
  if (/(?<!\\)(?:\\\\)*\(\?<?[=!]/.test(regex)) return 'RE2 does not look ahead or back'
  if (/(?<!\\)(?:\\\\)*\(\?>/.test(regex)) return 'RE2 has no atomic groups'
  if (/(?<!\\)(?:\\\\)*\\(?:[1-9]|k<)/.test(regex)) return 'RE2 does not refer back to groups'
  if (/(?<!\\)(?:\\\\)*[*+?}]\+/.test(regex)) return 'RE2 has no possessive quantifiers'
  const [, count] = /(?<!\\)(?:\\\\)*\{(?:\d+,)?(\d{4,})/.exec(regex) ?? []
  if (count !== undefined && Number(count) > 1000) return 'RE2 repeats at most 1000 times'
  const common = regex
    .replace(/\\Q.*?(?:\\E|$)/gs, 'q')
    .replace(/\(\?P?<(\w+)>/g, '(')
    .replace(/\(\?[imsU-]+(:)?/g, (_, colon: string | undefined) => (colon === undefined ? '(' : '(?:'))
    .replace(/\[:\^?\w+:\]/g, 'a')
    .replace(/\\[pP](?:\w|\{\^?\w+\})/g, 'p')
    .replace(/\\x\{[\da-fA-F]+\}/g, 'x')
    .replace(/\\[AzCQE]/g, '')
  try {
    RegExp(common)
    return null
  } catch (error) {
    // "Invalid regular expression: /…/: Unterminated group": the last part is the reason.
    return (error instanceof Error ? error.message : String(error)).replace(/^.*\/\w*: /s, '').toLowerCase()
  }
}
