/**
 * Two words of CEL that the library reads otherwise than the API server: `has(list[0].field)` it refuses, and patterns it
 * takes as JavaScript's instead of RE2. Both are said by words of our own (`library.ts`), put in outside of texts.
 */
export const inDialect = (rule: string): string =>
  rule.replaceAll(words, word => (word === 'has' ? 'present' : word === '.matches' ? '.fits' : word))

/** Texts of every kind, which stay as they are, or one of the two words before its bracket. */
const words =
  /[rR]?"""[^]*?"""|[rR]?'''[^]*?'''|[rR]"[^"\n]*"|[rR]'[^'\n]*'|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|(?<![\w.])has(?=\s*\()|\.matches(?=\s*\()/g

/** Whether a rule speaks of the value before: such rules hold for changes only. */
export const isTransition = (rule: string): boolean =>
  /(?<![\w.])oldSelf\b/.test(rule.replaceAll(words, word => (/^[rR]?["']/.test(word) ? '""' : word)))
