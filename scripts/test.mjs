// npm test: installs what the tests need and runs everything; closes with one line that adds up all runners.
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ensureInstalled, projectNode, root, run, say } from './bootstrap.mjs'
import { ensurePage } from './build-page.mjs'
import { check } from './check.mjs'
import { ensureTools } from './tools.mjs'

const isCi = process.env.CI === 'true'
const reports = join(root, 'test-results')
const totals = { passed: 0, failed: 0, skipped: 0 }
const lines = []

const add = (name, { passed = 0, failed = 0, skipped = 0 }) => {
  totals.passed += passed
  totals.failed += failed
  totals.skipped += skipped
  lines.push(`${name}: ${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
}

await ensureInstalled()
const missing = await ensureTools()
for (const { sentence } of missing) say(`weft: ${sentence}`)
const has = name => !missing.some(tool => tool.name === name)
rmSync(reports, { recursive: true, force: true })
mkdirSync(reports, { recursive: true })

const started = Date.now()
add('static', await check())
await vitest('unit', [])
await vitest('component', ['chromium'])
// Other programs are asked and waited for: more at a time than there are cores.
await vitest('conformance', ['prometheus', 'kubectl'], ['--maxWorkers=4'])
if (needs('end-to-end', ['chromium', 'prometheus'])) {
  await ensurePage()
  await playwright()
}

say(`\n${lines.join('\n')}\nin ${Math.round((Date.now() - started) / 1000)} s`)
const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : ''
process.stdout.write(`${totals.passed} passed, ${totals.failed} failed${skipped}\n`)
process.exit(totals.failed === 0 ? 0 : 1)

/** Whether a runner's tools are here. On CI a missing tool is a failure, elsewhere a skip that is counted and said. */
function needs(name, tools) {
  const absent = tools.filter(tool => !has(tool))
  if (absent.length === 0) return true
  add(`${name} (without ${absent.join(', ')})`, isCi ? { failed: 1 } : { skipped: 1 })
  return false
}

async function vitest(project, tools, more = []) {
  if (!needs(project, tools)) return
  say(`\n== ${project}`)
  const file = join(reports, `${project}.json`)
  const program = join(root, 'node_modules', 'vitest', 'vitest.mjs')
  const args = [
    program,
    'run',
    '--project',
    project,
    '--reporter=dot',
    '--reporter=json',
    `--outputFile.json=${file}`,
    ...more,
  ]
  const code = await run(projectNode(), args)
  const report = read(file)
  const counts = {
    passed: report?.numPassedTests ?? 0,
    failed: report?.numFailedTests ?? 0,
    skipped: (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0),
  }
  // A suite that could not be collected, or a runner that fell over, has no failed test but did fail.
  if (code !== 0 && counts.failed === 0) counts.failed = Math.max(1, report?.numFailedTestSuites ?? 1)
  if (code === 0 && counts.passed === 0) counts.failed++
  add(project, counts)
}

async function playwright() {
  say('\n== end-to-end')
  const file = join(reports, 'e2e.json')
  const program = join(root, 'node_modules', '@playwright', 'test', 'cli.js')
  const code = await run(projectNode(), [program, 'test'], {
    env: {
      ...process.env,
      PATH: `${join(root, 'node_modules', '.bin')}:${process.env.PATH}`,
      PLAYWRIGHT_JSON_OUTPUT_NAME: file,
    },
  })
  const report = read(file)
  const stats = report?.stats
  const counts = {
    passed: (stats?.expected ?? 0) + (stats?.flaky ?? 0),
    failed: stats?.unexpected ?? 0,
    skipped: stats?.skipped ?? 0,
  }
  if (code !== 0 && counts.failed === 0) counts.failed = 1
  if (code === 0 && counts.passed === 0) counts.failed++
  add('end-to-end', counts)
  for (const title of flakyIn(report?.suites ?? [])) lines.push(`  flaky: ${title}`)
}

/** Journeys that failed once and passed when walked again. */
function flakyIn(suites) {
  return suites.flatMap(({ title, specs = [], suites: inner = [] }) => [
    ...specs
      .filter(({ tests }) => tests.some(({ status }) => status === 'flaky'))
      .map(spec => `${title} › ${spec.title}`),
    ...flakyIn(inner),
  ])
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}
