import type { EachAnalyzer, Report } from '#shared/config/analyze/analyzer.ts'
import { items, record, text, texts } from '#shared/config/world/read.ts'
import type { MeshObject, Path } from '#shared/mesh/object.ts'
import { refOf } from '#shared/mesh/object.ts'
import { methodNeverMatches, pathNeverMatches, pathsNotNormalised } from './messages.ts'

/** IANA, "HTTP Method Registry", and PATCH's kin that proxies pass. */
const methods = new Set(
  'ACL BASELINE-CONTROL BIND CHECKIN CHECKOUT CONNECT COPY DELETE GET HEAD LABEL LINK LOCK MERGE MKACTIVITY MKCALENDAR MKCOL MKREDIRECTREF MKWORKSPACE MOVE OPTIONS ORDERPATCH PATCH POST PRI PROPFIND PROPPATCH PUT QUERY REBIND REPORT SEARCH TRACE UNBIND UNCHECKOUT UNLINK UNLOCK UPDATE UPDATEREDIRECTREF VERSION-CONTROL'.split(
    ' ',
  ),
)

/** Methods and paths that no request has. */
export const operations: EachAnalyzer = {
  name: 'weft.Operations',
  each: ['security.istio.io/AuthorizationPolicy'],
  analyze(policy, world, report) {
    const normalization = text(record(world.settings.meshConfig['pathNormalization'])['normalization']) || 'DEFAULT'
    let pathsAt: Path | null = null
    for (const [rule, { to }] of items(policy.spec?.['rules']).entries())
      for (const [index, { operation }] of items(to).entries())
        for (const [field, check] of [
          ['methods', method],
          ['notMethods', method],
          ['paths', pathOf(normalization)],
          ['notPaths', pathOf(normalization)],
        ] as const)
          for (const [place, value] of texts(record(operation)[field]).entries()) {
            const path = ['spec', 'rules', rule, 'to', index, 'operation', field, place]
            if (field.endsWith('aths')) pathsAt ??= path.slice(0, -1)
            check(policy, value, path, report)
          }
    if (pathsAt && normalization === 'NONE') report(policy, pathsNotNormalised, [], { path: pathsAt })
  },
}

function method(policy: MeshObject, written: string, path: Path, report: Report): void {
  const isPattern = written.startsWith('*') || written.endsWith('*')
  const known = [...methods]
  const stem = written.replaceAll('*', '')
  const fits = (name: string) => (written.endsWith('*') ? name.startsWith(stem) : name.endsWith(stem))
  if (isPattern ? known.some(fits) : methods.has(written)) return
  const upper = written.toUpperCase()
  const because = written.includes('/')
    ? 'of gRPC it is always POST, and what is called is its path'
    : methods.has(upper)
      ? 'methods are written in capitals'
      : 'it is none that HTTP knows'
  const fix = {
    title: `Write ${upper}`,
    edits: [{ object: refOf(policy), edits: [{ op: 'set' as const, path: [...path], value: upper }] }],
  }
  report(policy, methodNeverMatches, [written, because], { path, ...(methods.has(upper) ? { fix } : {}) })
}

const pathOf =
  (normalization: string) =>
  (policy: MeshObject, written: string, path: Path, report: Report): void => {
    const isFirst = !written.startsWith('*') && !written.startsWith('{')
    const steps = written.split('/')
    const isNormal = normalization !== 'NONE'
    const because =
      isFirst && !written.startsWith('/') && written !== ''
        ? 'paths begin with /'
        : written.includes('?') || written.includes('#')
          ? 'a query and a fragment do not belong to the path'
          : isNormal && steps.slice(0, -1).some(step => step === '..' || step === '.')
            ? 'the proxy resolves . and .. before it looks'
            : ['MERGE_SLASHES', 'DECODE_AND_MERGE_SLASHES'].includes(normalization) && written.includes('//')
              ? 'the proxy merges slashes before it looks'
              : null
    if (because !== null) report(policy, pathNeverMatches, [written, because], { path })
  }
