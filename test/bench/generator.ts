import { answerParent } from './child.ts'
import { load } from './load.ts'

/** A load generator beside the bench's own, where two kinds of load run at once. */
answerParent(null, { load }, async () => {})
