import { describe, expect, it } from 'vitest'
import { readFlags } from './flags.mjs'

describe('the command line of npm start', () => {
  it('starts the lab on the loopback address unless told otherwise', () => {
    expect(readFlags([], {})).toMatchObject({
      kind: 'start',
      isLab: true,
      host: '127.0.0.1',
      port: 4280,
      preset: 'shop',
    })
  })

  it.each([
    [['--kubeconfig', 'k', '--context', 'prod'], {}, { kubeconfig: 'k', context: 'prod' }],
    [['--prometheus', 'http://p:9090/base'], {}, { prometheus: 'http://p:9090/base' }],
    [[], { WEFT_TRACING_URL: 'https://jaeger' }, { tracing: 'https://jaeger' }],
    [['--prometheus', 'http://p', '--store', 'postgres://db/weft'], {}, { store: 'postgres://db/weft' }],
    [['--prometheus=http://flag'], { WEFT_PROMETHEUS_URL: 'http://env' }, { prometheus: 'http://flag' }],
  ])('reads a given mesh and starts no lab: %j %j', (args, env, expected) => {
    expect(readFlags(args, env)).toMatchObject({ kind: 'start', isLab: false, ...expected })
  })

  it.each([
    [['--nonsense'], /there is no flag --nonsense\./],
    [['--port'], /--port.* needs a value\./],
    [['--port', '70000'], /--port takes a number from 0 to 65535, not "70000"\./],
    [['--port', '1e3'], /--port takes a number/],
    [['somewhere'], /"somewhere" is not a flag\./],
    [['--preset', 'huge'], /--preset takes shop, thousand, tenthousand, not "huge"\./],
    [['--seed', '-1'], /--seed/],
    [['--prometheus', 'p:9090'], /--prometheus takes an http or https address, not "p:9090"\./],
    [['--context', 'prod'], /give --kubeconfig FILE too/],
  ])('answers %j with one sentence', (args, sentence) => {
    const answer = readFlags(args, {})
    expect(answer).toMatchObject({ kind: 'bad', sentence: expect.stringMatching(sentence) })
    expect((answer as { sentence: string }).sentence.split('\n')).toHaveLength(1)
  })

  it('answers --help before anything else', () => {
    expect(readFlags(['--help', '--port', '5'], {})).toEqual({ kind: 'help' })
  })
})
