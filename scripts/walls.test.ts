import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** File, what it imports, and whether a wall stands between. */
const cases: [string, string, 'wall' | 'door'][] = [
  ['shared/units.ts', 'zod/mini', 'door'],
  ['shared/units.ts', '#shared/mesh/health.ts', 'wall'],
  ['shared/units.ts', 'node:fs', 'wall'],
  ['shared/mesh/health.ts', '#shared/units.ts', 'door'],
  ['shared/mesh/health.ts', '#shared/topology/graph.ts', 'wall'],
  ['shared/topology/graph.ts', '#shared/mesh/health.ts', 'door'],
  ['shared/topology/graph.ts', '#bff/topology/collect.ts', 'wall'],
  ['bff/http/serve.ts', '#shared/http.ts', 'door'],
  ['bff/http/serve.ts', '#bff/sources/source.ts', 'wall'],
  ['bff/live/feed.ts', '#bff/topology/collect.ts', 'wall'],
  ['bff/live/channel.ts', 'socket.io', 'door'],
  ['bff/topology/routes.ts', 'socket.io', 'wall'],
  ['bff/sources/prometheus.ts', 'undici', 'door'],
  ['bff/sources/prometheus.ts', '#bff/app.ts', 'wall'],
  ['bff/topology/collect.ts', 'undici', 'wall'],
  ['bff/topology/collect.ts', '#bff/sources/source.ts', 'door'],
  ['bff/topology/collect.ts', '#bff/env.ts', 'wall'],
  ['bff/topology/collect.ts', '#bff/mesh/hops.ts', 'door'],
  ['bff/mesh/hops.ts', '#bff/topology/collect.ts', 'wall'],
  ['bff/app.ts', '#bff/topology/routes.ts', 'door'],
  ['bff/app.ts', '#lab/start.ts', 'wall'],
  ['bff/config/apply.ts', '#lab/start.ts', 'wall'],
  ['bff/config/lab.fixture.ts', '#lab/start.ts', 'door'],
  ['scripts/forms.test.ts', '#web/config/forms/forms.ts', 'door'],
  ['scripts/start.ts', '#web/config/forms/forms.ts', 'wall'],
  ['web/ui/Table.tsx', '#web/api/call.ts', 'wall'],
  ['web/ui/Table.tsx', '#web/empty/EmptyPanel.tsx', 'wall'],
  ['web/empty/EmptyPanel.tsx', '#web/api/ladder.ts', 'door'],
  ['web/empty/EmptyPanel.tsx', '#web/topology/query.ts', 'wall'],
  ['web/topology/faces/Empty.tsx', '#web/empty/EmptyPanel.tsx', 'door'],
  ['web/api/live.ts', 'socket.io-client', 'door'],
  ['web/shell/Shell.tsx', '#web/topology/query.ts', 'wall'],
  ['web/topology/TopologyPage.tsx', '#web/ui/Table.tsx', 'door'],
  ['web/topology/TopologyPage.tsx', '#bff/app.ts', 'wall'],
  ['web/topology/TopologyPage.tsx', 'cytoscape', 'wall'],
  ['web/topology/canvas/GraphCanvas.tsx', 'cytoscape', 'door'],
  ['web/topology/canvas/GraphCanvas.tsx', '../elements.ts', 'wall'],
  ['web/routes.tsx', '#web/topology/TopologyPage.tsx', 'door'],
  ['lab/mesh/decide.ts', '#lab/contract.ts', 'door'],
  ['lab/mesh/decide.ts', '#shared/units.ts', 'wall'],
  ['e2e/map.spec.ts', '#bff/app.ts', 'door'],
  ['e2e/map.spec.ts', '#shared/topology/graph.ts', 'wall'],
  ['e2e/map.spec.ts', '#web/routes.tsx', 'wall'],
]

describe('the walls of the house', () => {
  let folder = ''
  let refused = new Set<string>()

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'weft-walls-'))
    await cp(join(root, 'oxlint.config.ts'), join(folder, 'oxlint.config.ts'))
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
    const byFile = Map.groupBy(cases, ([file]) => file)
    for (const [file, rows] of byFile) {
      await mkdir(dirname(join(folder, file)), { recursive: true })
      const lines = rows.map(([, specifier], index) => `import * as x${index} from '${specifier}'\nvoid x${index}\n`)
      await writeFile(join(folder, file), lines.join(''))
    }
    const oxlint = join(root, 'node_modules', 'oxlint', 'bin', 'oxlint')
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [oxlint, '-c', 'oxlint.config.ts', '-f', 'json', '.'],
      { cwd: folder, maxBuffer: 16 << 20 },
    ).catch((error: { stdout: string }) => error)
    const report = JSON.parse(stdout) as { diagnostics: { code: string; message: string; filename: string }[] }
    refused = new Set(
      report.diagnostics
        .filter(({ code }) => code.includes('no-restricted-imports'))
        .map(({ filename, message }) => `${filename.replaceAll('\\', '/')} ${/'([^']+)'/.exec(message)?.[1]}`),
    )
  })

  afterAll(() => rm(folder, { recursive: true, force: true }))

  it.each(cases)('%s importing %s meets a %s', (file, specifier, expected) => {
    expect(refused.has(`${file} ${specifier}`)).toBe(expected === 'wall')
  })
})
