import assert from "node:assert/strict"
import { enumerate, type Layout } from "../../server/src/sizing/layouts.ts"
import { usableOf } from "../../server/src/sizing/nodes.ts"
import type { SizingRequest } from "../../server/src/sizing/request.ts"
import { describeJob } from "./job-suite.ts"
import { helpersOnPath, run } from "./spark-job.ts"

const suite = {
  name: "07_resource_management",
  sections: ["shapes", "templates", "memory", "storage", "waves", "allocation"],
  args: ["--scale", "20000", "--runs", "1"],
  options: { scale: 20_000, runs: 1 },
}

type PythonLayout = Readonly<Record<string, number>>

interface Template {
  readonly node: {
    readonly cores: number
    readonly memory: number
    readonly gpus: number
    readonly gpu_memory: number
    readonly gpu_memory_per_task: number
  }
  readonly nodes: number
  readonly layout: PythonLayout
}

/** What the calculator says of the same node, cut in the same way. */
function calculated({ node, nodes, layout }: Template): Layout {
  const request: SizingRequest = {
    nodes,
    cores: node.cores,
    memory: node.memory,
    gpus: node.gpus,
    gpuMemory: node.gpus > 0 ? node.gpu_memory : undefined,
    gpuMemoryPerTask: node.gpus > 0 ? node.gpu_memory_per_task : undefined,
    manager: "standalone",
    deployMode: "client",
    spark: "4.3",
    python: true,
    pythonShare: 0.2,
    workload: node.gpus > 0 ? "inference" : "etl",
    pinned: { executorCores: layout.executor_cores!, executorsPerNode: layout.executors_per_node! },
  }
  const found = enumerate(request, usableOf(request, "standalone"), { cores: 0, memory: 0 })
  const same = found.find((one) => one.heap === layout.heap)
  assert(same, `the calculator has a heap of ${layout.heap} MiB: ${found.map((one) => one.heap).join(", ")}`)
  return same
}

describe("sizes in the example jobs", function () {
  this.timeout(60_000)

  it("are the calculator's", async () => {
    const code = [
      "import json, dataclasses, executor_sizes as e",
      "cases = [*e.TEMPLATES.values(), *((e.NODE, 1, cores) for cores in e.SHAPES.values())]",
      "row = lambda node, nodes, cores: {'node': vars(node), 'nodes': nodes, 'layout': vars(e.cut(node, nodes, cores))}",
      "print(json.dumps([row(*case) for case in cases]))",
    ].join("\n")
    const { code: exit, stdout, stderr } = await run("spark4", "python", ["-c", code], { variables: helpersOnPath })
    assert.equal(exit, 0, stderr)
    const templates = JSON.parse(stdout) as Template[]
    assert.equal(templates.length, 7)
    for (const template of templates) {
      const { layout } = template
      const ours = calculated(template)
      assert.deepEqual(layout, {
        executor_cores: ours.executorCores,
        executors_per_node: ours.executorsPerNode,
        heap: ours.heap,
        overhead: ours.overhead,
        python: ours.python,
        container: ours.container,
        task_cpus: ours.taskCpus,
        task_gpus: ours.taskGpus,
        slots_per_executor: ours.slotsPerExecutor,
        executors: ours.executors,
        unified_bytes: ours.unifiedBytes,
        execution_bytes_per_task: ours.executionBytesPerTask,
        stranded_cores: ours.stranded.cores,
        stranded_memory: ours.stranded.memory,
      })
    }
  })
})

describeJob(suite, (_spark, ran) => {
  it("computes what executors report, on the heap and off it", () => {
    const { notes } = ran().section("memory")
    // (512 MiB - 300 MiB) x 0.2, and 64 MiB.
    assert.match(
      notes.at(-1) ?? "",
      /^Each of 3 executors reports 44,459,622 bytes on its heap and 67,108,864 off it\.$/,
    )
    assert.equal(notes.length, 4)
  })

  it("keeps in memory only what fits, and the rest on disk or not at all", () => {
    const kept = (level: string): readonly [number, number] => {
      const note = ran()
        .section("storage")
        .notes.find((one) => one.startsWith(`${level}: `))
      const [, some, all] = /: (\d+) of (\d+) partitions kept/.exec(note ?? "") ?? []
      return [Number(some), Number(all)]
    }
    const [inMemory, all] = kept("MEMORY_ONLY")
    assert(inMemory > 0 && inMemory < all, `${inMemory} of ${all} partitions`)
    assert.deepEqual(kept("MEMORY_AND_DISK"), [all, all])
    assert.deepEqual(kept("DISK_ONLY"), [all, all])
  })

  it("needs a second wave for one task more than slots", () => {
    const [few, many] = ran().section("waves").variants ?? []
    assert(few && many)
    const slots = few.figures.tasks - 1
    assert.deepEqual([few.name, many.name], [`${slots + 1} tasks`, `${8 * slots} tasks`])
    assert.equal(many.figures.tasks, 8 * slots)
    // no task can be shorter than its work, so that a machine with more to do takes nothing from this
    const one = (1.5 * slots) / (slots + 1)
    assert(few.median_seconds >= 2 * one, `${few.median_seconds} s for two waves of ${one} s`)
  })

  it("sees executors come for waiting tasks, and go when they idle", () => {
    const { notes } = ran().section("allocation")
    const story = (variant: string): readonly number[] => {
      const note = notes.find((one) => one.startsWith(`${variant}: `))
      return [...(note ?? "").matchAll(/(\d+) at [\d.]+ s/g)].map(([, count]) => Number(count))
    }
    const [alone, together] = [story("one task"), story("12 tasks")]
    assert.equal(Math.max(...alone), 1)
    assert.equal(Math.max(...together), 3)
    for (const counts of [alone, together]) {
      assert.equal(counts[0], 0, "none before the work")
      assert.equal(counts.at(-1), 0, "none after it")
    }
  })
})
