import { bad, type ControlRoute, ok } from './server.ts'

export const servers = ['kubernetes', 'prometheus', 'tracing'] as const
export type ServerName = (typeof servers)[number]

/** `POST /lab/outage {"server":"prometheus","down":true}` */
export const outageRoute = (setOutage: (server: ServerName, isDown: boolean) => void): ControlRoute => ({
  path: '/lab/outage',
  usage: 'POST {"server": …, "down": true or false}',
  post(body) {
    const server = servers.find(name => name === body?.['server'])
    const down = body?.['down']
    if (server === undefined || typeof down !== 'boolean')
      return bad(`Send {"server": one of ${servers.join(', ')}, "down": true or false}.`)
    setOutage(server, down)
    return ok({ server, down })
  },
})
