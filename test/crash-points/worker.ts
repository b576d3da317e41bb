// A thread of the crash points: each job is a point.
import { answerJobs } from '../simulation/thread.ts'
import { runPoint } from './points.ts'

answerJobs(runPoint)
