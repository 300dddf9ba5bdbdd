import type { Analyzer } from '#shared/config/analyze/analyzer.ts'
import { authorizers } from './authorizers.ts'
import { closingPolicies } from './closing-policies.ts'
import { destinationRules } from './destination-rules.ts'
import { exportTo } from './export-to.ts'
import { httpOnTcp } from './http-on-tcp.ts'
import { identities } from './identities.ts'
import { locality } from './locality.ts'
import { operationHosts } from './operation-hosts.ts'
import { operations } from './operations.ts'
import { peerAuthentications } from './peer-authentications.ts'
import { plaintextIdentities } from './plaintext-identities.ts'
import { portModes } from './port-modes.ts'
import { ruleRelations } from './rule-relations.ts'
import { selectors } from './selectors.ts'
import { subsetPods } from './subset-pods.ts'
import { targets } from './targets.ts'
import { tlsModes } from './tls.ts'
import { tokens } from './tokens.ts'
import { versions } from './versions.ts'
import { withoutAutoMtls } from './without-auto-mtls.ts'

/** What Istio's own analyzers do not ask. */
export const weftAnalyzers: readonly Analyzer[] = [
  authorizers,
  closingPolicies,
  destinationRules,
  exportTo,
  httpOnTcp,
  identities,
  locality,
  operationHosts,
  operations,
  peerAuthentications,
  plaintextIdentities,
  portModes,
  ruleRelations,
  selectors,
  subsetPods,
  targets,
  tlsModes,
  tokens,
  versions,
  withoutAutoMtls,
]
