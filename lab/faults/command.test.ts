import { expect, onTestFinished, test } from 'vitest'
import { faultRoute } from '#lab/control/faults.ts'
import { createControlServer } from '#lab/control/server.ts'
import { faultCommand } from './command.ts'
import { createFaults } from './faults.ts'
import { aWorld } from './world.fixture.ts'

/** The command, before a control door that is really open. */
async function runningLab() {
  const faults = createFaults({ world: aWorld().world, seed: 1, now: Date.now, isScheduled: false })
  const server = createControlServer([faultRoute(faults)])
  const control = await server.listen(0)
  onTestFinished(() => server.close())
  return (...args: string[]) => faultCommand([...args, '--control', control], Date.now)
}

test('the command starts, lists and stops a fault of a running lab', async () => {
  const command = await runningLab()
  const started = await command('start', 'leaking-memory', '--seconds', '60')
  expect(started).toMatchObject({ code: 0, output: expect.stringMatching(/^leaking-memory \(\S+\) at \S+ started\n$/) })
  expect((await command('list')).output).toMatch(/leaking-memory at \S+, for 0 s, for another (60|59) s/)
  expect(await command('stop', 'leaking-memory')).toMatchObject({ code: 0, output: expect.stringContaining('ended') })
  expect((await command('list')).output).toContain('Nothing is going wrong.')
})

test('a name nobody knows, a target nobody has and an end nobody waits for are sentences and code 2', async () => {
  const command = await runningLab()
  for (const args of [
    ['start', 'no-such-fault'],
    ['start', 'leaking-memory', '--target', 'nowhere/nothing'],
    ['start', 'leaking-memory', '--seconds', '-3'],
    ['stop', 'leaking-memory'],
    ['start'],
    ['dance'],
  ]) {
    const { output, code } = await command(...args)
    expect(code, args.join(' ')).toBe(2)
    expect(output, args.join(' ')).toMatch(/^lab: \S.{10,}/)
  }
})

test('without a lab it says so', async () => {
  const { output, code } = await faultCommand(['list', '--control', 'http://127.0.0.1:9'], Date.now)
  expect({ output, code }).toEqual({
    output: 'lab: The lab at http://127.0.0.1:9 does not answer. Is it still running?\n',
    code: 2,
  })
})
