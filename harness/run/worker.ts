/** The worker's process as the run sees it: one question, one checked answer. The other side is python-fixtures/worker.py. */
import pLimit from 'p-limit'
import type { z } from 'zod'
import {
  answerSchema,
  greetingSchema,
  type Answer,
  type Deed,
  type DeedDone,
  type Hello,
  type WorkerLine,
  type WorkerRequest,
  type WorkerStart,
} from '../core/protocol.js'
import type { Client } from '../core/matrix.js'
import { LibraryMissing, SqlError, type Perform, type ReadyClient, type Worker } from '../core/runtime.js'
import { LocalProcess } from './local-process.js'
import type { StreamedProcess } from './streamed-process.js'
import { WorkerProcess } from './worker-process.js'

export interface WorkerOptions {
  /** Address space of one recipe in bytes; 2 GB by default. */
  readonly memory?: number
  /** Seconds until the library must be imported; 60 by default. */
  readonly startDeadline?: number
}

const MEMORY = 2 * 1024 ** 3
const START_DEADLINE = 60
/** Seconds that python-fixtures/runner/serve.py gives a look-up of names. */
const LOOKUP = 30
/** The family of python-fixtures/families/ that serves applications. */
const STACK = 'stack'
/** Seconds beyond a request's deadline, for cleaning up after a recipe. */
const MARGIN = 5

/**
 * Starts Python in the client's environment on this machine and waits until its library is imported.
 * @throws WorkerGone when it ends, or says nothing sensible, before that; LibraryMissing.
 */
export async function startWorker(
  { client, environment }: ReadyClient,
  { fixtures, ...options }: WorkerOptions & { /** Folder of worker.py. */ readonly fixtures: string },
): Promise<Worker> {
  return greet(new LocalProcess(environment, fixtures), client, options)
}

/**
 * Waits until the library of a process that has just been started is imported.
 * @throws WorkerGone; LibraryMissing; ConnectionLost where nothing is known of its end
 */
export async function greet(
  started: StreamedProcess,
  client: Client,
  options: WorkerOptions = {},
): Promise<Worker> {
  const process = new WorkerProcess(started)
  const start: WorkerStart = {
    family: client.stack ? STACK : client.family.id,
    driver: client.stack?.application ?? client.driver?.family ?? null,
    distributions: Object.keys(client.pins),
    memory: options.memory ?? MEMORY,
  }
  const line = await process.exchange(JSON.stringify(start), options.startDeadline ?? START_DEADLINE)
  const greeting = parse(greetingSchema, line)
  if (greeting === undefined) throw await process.giveUp(`did not say hello but ${quote(line)}`)
  if (greeting.kind === 'hello') return new RunningWorker(greeting, process)
  await process.end()
  throw new LibraryMissing(greeting.reason)
}

class RunningWorker implements Worker {
  readonly #oneAtATime = pLimit(1)

  constructor(
    readonly hello: Hello,
    private readonly process: WorkerProcess,
  ) {}

  get alive(): boolean {
    return this.process.alive
  }

  outOfMemory(): Promise<string | undefined> {
    return this.process.outOfMemory()
  }

  settled(): Promise<void> {
    return this.process.settled()
  }

  ask(request: WorkerRequest, perform?: Perform): Promise<Answer> {
    return this.#oneAtATime(() => this.#ask(request, perform))
  }

  async #ask(request: WorkerRequest, perform: Perform | undefined): Promise<Answer> {
    let answer = await this.#exchange(request, request)
    while (answer.outcome === 'asks') answer = await this.#exchange(request, await done(answer.deed, perform))
    return answer
  }

  async #exchange(request: WorkerRequest, message: WorkerRequest | DeedDone): Promise<WorkerLine> {
    const deadline = request.kind === 'recipe' ? request.deadline : LOOKUP
    const line = await this.process.exchange(JSON.stringify(message), deadline + MARGIN)
    const answer = parse(answerSchema, line)
    if (answer === undefined) throw await this.process.giveUp(`answered what is no answer: ${quote(line)}`)
    if (answer.id === request.id && answer.nonce === request.nonce) return answer
    throw await this.process.giveUp(`answered request ${answer.id} where ${request.id} was asked`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.process.end()
  }
}

/** @throws what the deed throws, other than that it can't be done: then the recipe is told. */
async function done(deed: Deed, perform: Perform | undefined): Promise<DeedDone> {
  if (!perform) return { kind: 'done', result: {}, problem: `nobody is here for ${deed}()` }
  try {
    return { kind: 'done', result: await perform(deed), problem: null }
  } catch (error) {
    if (!(error instanceof SqlError)) throw error
    return { kind: 'done', result: {}, problem: error.message }
  }
}

/** The value, or undefined where the line is not one. */
function parse<T>(schema: z.ZodType<T>, line: string): T | undefined {
  try {
    return schema.safeParse(JSON.parse(line)).data
  } catch {
    return undefined
  }
}

function quote(line: string): string {
  return line.length > 200 ? `${line.slice(0, 200)}…` : line
}
