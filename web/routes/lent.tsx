import type { ReactNode } from 'react'
import { ApplyObjects } from '#web/config/editor/dialog/ApplyObjects.tsx'
import { useDrafts } from '#web/config/editor/drafts.ts'
import { useLacks } from '#web/config/editor/use-lacks.ts'
import { AssertionsPage } from '#web/security/assertions/AssertionsPage.tsx'
import type { ApplyProps } from '#web/security/apply.ts'
import { BoardPage } from '#web/security/board/BoardPage.tsx'
import { LearnPage } from '#web/security/learn/LearnPage.tsx'
import { ReadinessPage } from '#web/security/readiness/ReadinessPage.tsx'
import type { PageProps } from '#web/security/search.ts'
import { Replayed } from './replayed.tsx'

/** The way to the cluster is lent by the room of configuration, and what goes there is replayed on its way. */
const Apply = (props: ApplyProps): ReactNode => (
  <Replayed>
    <ApplyObjects {...props} />
  </Replayed>
)
const usePolicyDrafts = () => useDrafts('security.istio.io', 'AuthorizationPolicy')

export const Board = (props: PageProps): ReactNode => (
  <BoardPage {...props} Apply={Apply} useLacks={useLacks} useDrafts={usePolicyDrafts} />
)
export const Readiness = (props: PageProps): ReactNode => <ReadinessPage {...props} Apply={Apply} useLacks={useLacks} />
export const Assertions = (props: PageProps): ReactNode => (
  <AssertionsPage {...props} Apply={Apply} useLacks={useLacks} />
)
export const Learn = (props: PageProps): ReactNode => (
  <LearnPage {...props} Apply={Apply} useLacks={useLacks} useDrafts={usePolicyDrafts} />
)
