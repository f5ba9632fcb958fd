/** Run by mongod-download.ts in a process of its own: prints the path of the mongod it found or downloaded. */
async function main(): Promise<void> {
  const { MongoBinary } = await import('mongodb-memory-server-core')
  const file = await MongoBinary.getPath()
  process.stdout.write(`\n${file}\n`)
}

main().catch((fault: unknown) => {
  process.stderr.write(`${fault instanceof Error ? fault.message : 'unknown'}\n`)
  process.exitCode = 1
})
