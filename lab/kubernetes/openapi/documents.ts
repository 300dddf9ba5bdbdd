import { createHash } from 'node:crypto'
import { rangesOf } from '#lab/kubernetes/api/accept.ts'
import type { ResourceTable } from '#lab/kubernetes/resources.ts'
import type { Fields } from '#lab/kubernetes/value.ts'
import { definitionsFor } from './definitions.ts'
import { encodeDocument } from './gnostic.ts'
import { pathsFor } from './paths.ts'

/** The OpenAPI documents of the served kinds, made when first asked for and again when the kinds change. */
export interface Documents {
  read(path: string, accept: string | undefined): { contentType: string; body: string | Buffer } | undefined
}

const info = { title: 'Kubernetes', version: 'v1.33.4' }
const json = 'application/json'
/** Asked for by its old name, which is no valid media type: answered by its new one, as the real server does. */
const oldGnostic = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf'
const gnostic = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf'

export function createDocuments(resources: ResourceTable): Documents {
  let kinds = resources.all()
  const made = new Map<string, string | Buffer>()
  const once = (key: string, make: () => string | Buffer): string | Buffer => {
    if (kinds !== resources.all()) made.clear()
    kinds = resources.all()
    const body = made.get(key) ?? make()
    made.set(key, body)
    return body
  }

  const version2 = (): Fields => ({
    swagger: '2.0',
    info,
    paths: pathsFor(kinds, { openApi3: false }),
    definitions: definitionsFor(kinds, '#/definitions/'),
  })

  /** `api/v1`, `apis/apps/v1`: one document each. */
  const parts = (): { path: string; group: string; version: string }[] =>
    resources.groups().flatMap(group =>
      resources.versionsOf(group).map(version => ({
        path: group === '' ? `api/${version}` : `apis/${group}/${version}`,
        group,
        version,
      })),
    )

  const version3 = (group: string, version: string): string => {
    const own = kinds.filter(kind => kind.group === group)
    return JSON.stringify({
      openapi: '3.0.0',
      info,
      paths: pathsFor(own, { openApi3: true, only: version }),
      components: { schemas: definitionsFor(own, '#/components/schemas/', version) },
    })
  }

  const index = (): string =>
    JSON.stringify({
      paths: Object.fromEntries(
        parts().map(({ path, group, version }) => {
          const body = once(`/openapi/v3/${path}`, () => version3(group, version))
          const hash = createHash('sha256').update(body).digest('hex').slice(0, 32).toUpperCase()
          return [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` }]
        }),
      ),
    })

  return {
    read(path, accept) {
      if (path === '/openapi/v2') {
        const wish = rangesOf(accept).find(range => range.type === gnostic || range.type === oldGnostic)
        return wish
          ? { contentType: gnostic, body: once('v2 protobuf', () => encodeDocument(version2())) }
          : { contentType: json, body: once('v2', () => JSON.stringify(version2())) }
      }
      if (path === '/openapi/v3') return { contentType: json, body: once('v3', index) }
      const found = parts().find(part => path === `/openapi/v3/${part.path}`)
      return found ? { contentType: json, body: once(path, () => version3(found.group, found.version)) } : undefined
    },
  }
}
