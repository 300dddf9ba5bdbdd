import type { Finding, FindingLevel } from '#shared/config/finding.ts'
import type { ObjectRef } from '#shared/mesh/object.ts'

/** One array of `{ code, name, level, object, path?, message }`. */
export const asJson = (findings: readonly Finding[]): string =>
  `${JSON.stringify(
    findings.map(({ code, name, level, object, path, message }) => ({
      code,
      name,
      level,
      object: { group: object.group, kind: object.kind, namespace: object.namespace, name: object.name },
      ...(path === undefined ? {} : { path }),
      message,
    })),
    null,
    2,
  )}\n`

export function asText(findings: readonly Finding[]): string {
  if (findings.length === 0) return 'Nothing to say against it.\n'
  const lines = findings.map(
    ({ code, level, object, path, message }) =>
      `${level} [${code}] ${nameOf(object)}${path === undefined ? '' : ` ${path}`}: ${message}`,
  )
  const count = (level: FindingLevel) => findings.filter(finding => finding.level === level).length
  return `${lines.join('\n')}\n${count('Error')} errors, ${count('Warning')} warnings, ${count('Info')} notes\n`
}

const nameOf = ({ kind, namespace, name }: ObjectRef): string =>
  `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`

const sarifLevel = { Error: 'error', Warning: 'warning', Info: 'note' } as const satisfies Record<FindingLevel, string>

/** SARIF 2.1.0, for code review tools. Objects are logical locations: manifests come from many files, or from none. */
export function asSarif(findings: readonly Finding[]): string {
  const rules = new Map(findings.map(finding => [finding.code, finding]))
  return `${JSON.stringify(
    {
      $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
      version: '2.1.0',
      runs: [
        {
          tool: {
            driver: {
              name: 'weft',
              rules: [...rules].map(([id, { name, documentation }]) => ({
                id,
                name,
                ...(documentation === undefined ? {} : { helpUri: documentation }),
              })),
            },
          },
          results: findings.map(({ code, level, object, path, message }) => ({
            ruleId: code,
            level: sarifLevel[level],
            message: { text: message },
            locations: [
              {
                logicalLocations: [
                  {
                    name: object.name,
                    kind: 'resource',
                    fullyQualifiedName: `${nameOf(object)}${path === undefined ? '' : ` ${path}`}`,
                  },
                ],
              },
            ],
          })),
        },
      ],
    },
    null,
    2,
  )}\n`
}
