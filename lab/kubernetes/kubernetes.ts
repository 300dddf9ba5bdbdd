import type { User } from './api/request.ts'
import { type Controllers, type ControllersOptions, createControllers } from './controllers.ts'
import { createKubernetesServer, type KubernetesServer, type ServerOptions } from './server.ts'
import { createObjectStore, type KubernetesStore, type StoreOptions } from './store.ts'

export interface Kubernetes {
  store: KubernetesStore
  controllers: Controllers
  server: KubernetesServer
}

export interface KubernetesOptions
  extends Pick<StoreOptions, 'now' | 'seed' | 'window'>,
    Pick<ControllersOptions, 'startup'>,
    Pick<ServerOptions, 'bookmarkInterval' | 'goneAs'> {
  /** By bearer token. A request without a token is the first user's; one with an unknown token is refused (401). */
  users?: readonly { token: string; user: User }[]
  /** Told what should never happen: in a request, or with an object that a controller could not work with. */
  onError?: (error: unknown) => void
}

/** The lab's Kubernetes: a store, the controllers that live in it and the server that shows it. */
export function createKubernetes(options: KubernetesOptions): Kubernetes {
  const { now, seed, window, users = [], startup, bookmarkInterval, goneAs, onError = console.error } = options
  const store = createObjectStore({ now, seed, ...(window === undefined ? {} : { window }) })
  const controllers = createControllers({
    store,
    now,
    ...(startup === undefined ? {} : { startup }),
    onError: (error, object) => onError(new Error(`controller ${object}`, { cause: error })),
  })
  const server = createKubernetesServer({
    store,
    now,
    admit: controllers.admit,
    onError,
    ...(users.length === 0
      ? {}
      : {
          authenticate: token =>
            token === undefined ? users[0]?.user : users.find(entry => entry.token === token)?.user,
        }),
    ...(bookmarkInterval === undefined ? {} : { bookmarkInterval }),
    ...(goneAs === undefined ? {} : { goneAs }),
  })
  return { store, controllers, server }
}
