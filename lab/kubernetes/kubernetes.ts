import { createAccess, type StaticUser } from './access/access.ts'
import { defaultRoles } from './access/default-roles.ts'
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
    Pick<ControllersOptions, 'startup' | 'cpuUtilization' | 'roots'>,
    Pick<ServerOptions, 'bookmarkInterval' | 'goneAs' | 'tls'> {
  /** Who signs in with a token; what they may do is up to RBAC objects. Without users everyone is the administrator. */
  users?: readonly StaticUser[]
  /** Told what should never happen: in a request, or with an object that a controller could not work with. */
  onError?: (error: unknown) => void
}

/** The lab's Kubernetes: a store, the controllers that live in it and the server that shows it. */
export function createKubernetes(options: KubernetesOptions): Kubernetes {
  const {
    now,
    seed,
    window,
    users = [],
    tls,
    startup,
    cpuUtilization,
    roots,
    bookmarkInterval,
    goneAs,
    onError = console.error,
  } = options
  const store = createObjectStore({ now, seed, ...(window === undefined ? {} : { window }) })
  if (users.length > 0) for (const object of defaultRoles(now())) store.create(object)
  const controllers = createControllers({
    store,
    now,
    ...(startup === undefined ? {} : { startup }),
    ...(cpuUtilization === undefined ? {} : { cpuUtilization }),
    ...(roots === undefined ? {} : { roots }),
    onError: (error, object) => onError(new Error(`controller ${object}`, { cause: error })),
  })
  const server = createKubernetesServer({
    store,
    now,
    admit: controllers.admit,
    onError,
    ...(users.length === 0 ? {} : { access: createAccess({ store, now, users }) }),
    ...(tls === undefined ? {} : { tls }),
    ...(bookmarkInterval === undefined ? {} : { bookmarkInterval }),
    ...(goneAs === undefined ? {} : { goneAs }),
  })
  return { store, controllers, server }
}
