const compiled = new Map<string, RegExp>()

/** A pattern of a schema as Go reads it (RE2): inline flags lead it, and what JavaScript would need no escape for may be escaped. */
export function patternOf(pattern: string): RegExp {
  const found = compiled.get(pattern)
  if (found) return found
  const [, start = '', flags = '', end = pattern] = /^(\^?)\(\?([ims]+)\)([^]*)$/.exec(pattern) ?? []
  const regex = compile(`${start}${end}`.replaceAll('\\z', '$').replaceAll('\\A', '^'), flags)
  // Patterns come from schemas and rules, whose number is bounded by what people define.
  if (compiled.size > 2000) compiled.clear()
  compiled.set(pattern, regex)
  return regex
}

function compile(pattern: string, flags: string): RegExp {
  try {
    return new RegExp(pattern, `${flags}u`)
  } catch {
    // Escapes such as \- or \_ are errors in JavaScript's Unicode mode only.
    return new RegExp(pattern, flags)
  }
}
