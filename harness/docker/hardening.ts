/** How every container of ours is shut in. test/docker asserts it by inspecting each one that a run creates. */
import type Docker from 'dockerode'
import type { ContainerWanted } from './contract.js'

/**
 * The first process. It waits for one byte of input before it starts the program: where we die between attaching and starting,
 * the engine holds the input open for good, and no end of input would ever come. Then it sees to it that the program does not
 * outlive its time. It stays: GNU timeout cannot be a first process itself.
 */
const FIRST_PROCESS = 'timeout 20 head -c 1 > /dev/null || exit; timeout -s KILL "$0" "$@"; exit $?'
export const SIGN = '\n'

/** @param lifetime seconds */
export function containerOptions(
  wanted: ContainerWanted,
  labels: Record<string, string>,
  lifetime: number,
): Docker.ContainerCreateOptions {
  return {
    Image: wanted.image,
    // In place of the image's own entry point.
    Entrypoint: ['sh', '-c', FIRST_PROCESS, String(lifetime)],
    Cmd: [...wanted.command],
    User: wanted.user,
    WorkingDir: '/',
    Env: Object.entries(wanted.env).map(([name, value]) => `${name}=${value}`),
    Labels: labels,
    // The first process has no handler for any other, and an engine that is stopped or started again waits ten seconds for each.
    StopSignal: 'SIGKILL',
    // Its input is ours alone and ends with our connection: see contract.ts.
    OpenStdin: true,
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    ...(wanted.alias &&
      wanted.network && {
        NetworkingConfig: { EndpointsConfig: { [wanted.network]: { Aliases: [wanted.alias] } } },
      }),
    HostConfig: {
      ...confinement(wanted),
      AutoRemove: true,
      ReadonlyRootfs: true,
      Tmpfs: { ...wanted.tmpfs },
    },
  }
}

/** Mounts over what an image declares as volumes: the engine would make a real one for each. */
export function covers(volumes: readonly string[]): Record<string, string> {
  return Object.fromEntries(volumes.map((path) => [path, 'ro,nosuid,nodev,noexec,size=64k']))
}

/** What holds for a container that never runs, too. The engine's default seccomp profile stays in force. */
export function confinement({
  network,
  memory,
  pids,
}: Pick<ContainerWanted, 'network' | 'memory' | 'pids'>): Docker.HostConfig {
  return {
    NetworkMode: network ?? 'none',
    CapDrop: ['ALL'],
    SecurityOpt: ['no-new-privileges:true'],
    Memory: memory,
    MemorySwap: memory,
    PidsLimit: pids,
    IpcMode: 'private',
    RestartPolicy: { Name: 'no' },
    Ulimits: [
      { Name: 'core', Soft: 0, Hard: 0 },
      { Name: 'nofile', Soft: 4096, Hard: 4096 },
    ],
    // What passes over the streams is ours to keep, not the engine's.
    LogConfig: { Type: 'none', Config: {} },
  }
}
