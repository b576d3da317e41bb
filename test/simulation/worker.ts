// A thread of the simulation: each job is a seed.
import { runTallied } from './run-twice.ts'
import { answerJobs } from './thread.ts'

answerJobs(runTallied)
