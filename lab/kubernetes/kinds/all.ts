import type { Kind } from '#lab/kubernetes/resources.ts'
import { appsKinds } from './apps.ts'
import { coreKinds, otherKinds } from './core.ts'
import { gatewayKinds } from './gateway-api.ts'
import { istioKinds } from './istio.ts'
import { sailKinds } from './sail.ts'

/** Every kind the lab's API serves at start. */
export const builtInKinds: readonly Kind[] = [
  ...coreKinds,
  ...appsKinds,
  ...otherKinds,
  ...istioKinds,
  ...gatewayKinds,
  ...sailKinds,
]
