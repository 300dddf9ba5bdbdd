import { hostOnly } from '#lab/mesh/snapshot/hosts.ts'
import type { Edits, HttpMatch, PathEdit, Redirect, Rewrite } from '#lab/mesh/snapshot/rules.ts'
import { queryOf, schemeOf, withoutQuery } from './match.ts'
import type { Flow } from './outcome.ts'

/** What a rule makes of a request before it passes it on: path, Host and headers. */
export function rewritten(flow: Flow, rewrite: Rewrite | null, match: HttpMatch, edits: readonly Edits[]): Flow {
  const { headers, host } = edited(flow, edits)
  if (rewrite === null) return headers === flow.headers && host === flow.host ? flow : { ...flow, headers, host }
  return {
    ...flow,
    headers,
    host: rewrite.authority ?? host,
    path: rewrite.path ? editedPath(flow.path, rewrite.path, match) : flow.path,
  }
}

/** Envoy, "Custom request/response headers": of one level first what is removed; the more specific level comes first. */
function edited(flow: Flow, edits: readonly Edits[]): Pick<Flow, 'headers' | 'host'> {
  const changes = edits.some(
    ({ set, add, remove }) => remove.length > 0 || Object.keys(set).length > 0 || Object.keys(add).length > 0,
  )
  if (!changes) return flow
  const headers = new Map(Object.entries(flow.headers).map(([name, value]) => [name.toLowerCase(), value]))
  let { host } = flow
  for (const { set, add, remove } of edits) {
    for (const name of remove) headers.delete(name)
    for (const [name, value] of Object.entries(set))
      if (name === 'host' || name === ':authority') host = value
      else headers.set(name, value)
    for (const [name, value] of Object.entries(add)) {
      const known = headers.get(name)
      headers.set(name, known === undefined ? value : `${known},${value}`)
    }
  }
  return { headers: Object.fromEntries(headers), host }
}

function editedPath(whole: string, edit: PathEdit, { path: match }: HttpMatch): string {
  const [path, query] = [withoutQuery(whole), queryOf(whole)]
  switch (edit.kind) {
    case 'whole':
      return (edit.value.startsWith('/') ? edit.value : `/${edit.value}`) + query
    case 'matched': {
      // A rule without a path matches by the prefix `/`, and that is what is replaced.
      const matched = match === null ? '/' : match.kind === 'prefix' || match.kind === 'pathPrefix' ? match.value : path
      return edit.value + path.slice(matched.length) + query
    }
    case 'elements': {
      const matched = match?.kind === 'pathPrefix' ? match.value : '/'
      const rest = path.slice(matched === '/' ? 0 : matched.length)
      return `${edit.value.replace(/\/$/, '')}${rest === '' || rest.startsWith('/') ? rest : `/${rest}`}${query}` || '/'
    }
    case 'regex':
      return replaced(path, edit) + query
  }
}

/** Every place the expression fits, one after the other; `\1` … `\9` stand for its groups. */
function replaced(path: string, { pattern, substitution }: Extract<PathEdit, { kind: 'regex' }>): string {
  let done = ''
  let rest = path
  for (let count = 0; count < 100; count++) {
    const found = pattern.exec(rest)
    const [, before = '', ...groups] = found ?? []
    const after = groups.pop()
    if (found === undefined || after === undefined) break
    const matched = rest.slice(before.length, rest.length - after.length)
    done +=
      before +
      substitution.replace(/\\([0-9\\])/g, (_, digit: string) =>
        digit === '\\' ? '\\' : digit === '0' ? matched : (groups[Number(digit) - 1] ?? ''),
      )
    // An empty match goes on behind the next character, as RE2's global replacement does.
    if (matched === '') done += after.slice(0, 1)
    rest = matched === '' ? after.slice(1) : after
    if (rest === '') break
  }
  return done + rest
}

/** The `Location` of a redirect. @param port of the listener that answers. */
export function locationOf(flow: Flow, redirect: Redirect, match: HttpMatch): string {
  const scheme = redirect.scheme ?? schemeOf(flow)
  const usual = scheme === 'https' ? 443 : 80
  const port = (() => {
    switch (redirect.port) {
      case 'fromScheme':
        return usual
      case 'fromRequest':
        return flow.port
      case null:
        // A new scheme does not keep the old one's port.
        return redirect.authority !== null || redirect.scheme !== null ? usual : flow.port
      default:
        return redirect.port
    }
  })()
  const host = redirect.authority ?? hostOnly(flow.host)
  const path = redirect.path ? editedPath(flow.path, redirect.path, match) : flow.path
  return `${scheme}://${host}${port === usual ? '' : `:${port}`}${path}`
}
