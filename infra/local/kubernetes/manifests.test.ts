// Everything that Kindling installs is taken by the API server as it is, with nothing of it pruned or refused.
import { expect, test } from 'vitest'
