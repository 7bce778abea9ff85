/** What is done with the matrix folder and this machine: `lint`, `lock`, `gc`, `doctor`, `new`. */
import { Option, type Command } from 'commander'
import { EXIT } from '../../core/exit.js'
import { matrixFolder, openMatrix, ownMatrixFolder } from '../workspace.js'
import { print, type GlobalWords } from './options.js'

export function addMatrixCommands(program: Command, global: GlobalWords): void {
  program
    .command('lint')
    .description('check everything in the matrix folder, and the Python of every recipe')
    .option('--fix', 'repair what can be repaired without a doubt')
    .action(async (options: { fix?: boolean }) => {
      const { fix = false } = options
      const folder = fix ? ownMatrixFolder(global().matrix) : matrixFolder(global().matrix)
      const { describeLint, lint } = await import('../lint.js')
      const report = await lint({ folder, fix })
      print(global(), { text: describeLint(report), json: report })
      process.exitCode = report.problems.length === 0 ? EXIT.ok : EXIT.usage
    })
  program
    .command('lock')
    .description('resolve the packages of clients, or the digests of images, and write their locks')
    .argument('[client...]', 'globs over client ids')
    .option('--images', "the digests of the matrix's images instead")
    .option('--mirror <prefix>', 'with --images: registry that mirrors the official ones, host/path')
    .action(async (clients: string[], { images, mirror }: { images?: boolean; mirror?: string }) => {
      const folder = ownMatrixFolder(global().matrix)
      const matrix = await openMatrix(folder)
      if (!images) {
        const { lock } = await import('../lock.js')
        return print(global(), await lock({ folder, clients, matrix }))
      }
      const { lockMatrixImages } = await import('../lock-images.js')
      print(global(), await lockMatrixImages({ folder, matrix, mirror }))
    })
  program
    .command('gc')
    .description('remove what runs that were killed left behind, here and on the Docker engine')
    .option('--images', 'also the images of environments, which are made again when needed')
    .action(async ({ images = false }: { images?: boolean }) => {
      const { gc } = await import('../gc.js')
      print(global(), await gc({ images }))
    })
  program
    .command('doctor')
    .description('what this machine has of what a run needs, and what would not run for want of the rest')
    .action(async () => {
      const { describeDoctor, doctor } = await import('../doctor/doctor.js')
      const { painter } = await import('../../report/colour.js')
      const report = await doctor(matrixFolder(global().matrix))
      print(global(), { text: describeDoctor(report, painter(process.stdout)), json: report })
      process.exitCode = report.every(({ state }) => state !== 'missing') ? EXIT.ok : EXIT.environment
    })
  addNewCommands(program.command('new').description('write a valid file to start from'), global)
}

function addNewCommands(command: Command, global: GlobalWords): void {
  const folder = () => ownMatrixFolder(global().matrix)
  const tell = (file: string) =>
    print(global(), { text: `${file} written; \`pgmatrix lint\` checks it`, json: { file } })
  command
    .command('probe')
    .description('a probe, with a place for the recipe of every family')
    .argument('<id>', 'its id, such as json-path-exists')
    .requiredOption('--group <group>', 'group as in groups.yaml')
    .action(async (id: string, options: { group: string }) => {
      const { newProbe } = await import('../new.js')
      tell(await newProbe(id, { folder: folder(), ...options }))
    })
  command
    .command('client')
    .description('a family of clients, with one release')
    .argument('<family>', 'its name, such as psqlpy')
    .addOption(new Option('--kind <kind>', 'what it is').choices(['driver', 'orm']).makeOptionMandatory())
    .requiredOption('--package <distribution>', 'its name on PyPI')
    .requiredOption('--release <version>', 'the release to begin with')
    .action(async (family: string, options: { kind: string; package: string; release: string }) => {
      const { newClient } = await import('../new.js')
      tell(await newClient(family, { folder: folder(), ...options }))
    })
}
