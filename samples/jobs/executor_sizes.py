"""What an executor of a given size has, and how nodes are cut into executors: the arithmetic of Spark, without Spark.

All memory is in MiB unless its name says bytes. Spark computes this in ResourceProfile, UnifiedMemoryManager and
ExecutionMemoryPool. The extension's calculator computes the same, and a test holds the two equal.
"""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024
RESERVED = 300
LEAST_HEAP = 450
OVERHEAD_FACTOR = 0.10
LEAST_OVERHEAD = 384
# The largest heap that surely has pointers of four bytes: one of 34 GiB holds less than one of 31.
LARGEST_COMPRESSED_HEAP = 32_000


def overhead(heap: int) -> int:
    """What a JVM gets beside its heap."""
    return max(int(heap * OVERHEAD_FACTOR), LEAST_OVERHEAD)


def heap_for(budget: int) -> int | None:
    """The largest heap that fits into a budget with its overhead. None where Spark would refuse it."""
    heap = min(int(budget / (1 + OVERHEAD_FACTOR)), budget - LEAST_OVERHEAD)
    # The overhead is cut off to whole MiB, which may leave room for one more.
    while heap + 1 + overhead(heap + 1) <= budget:
        heap += 1
    while heap > 0 and heap + overhead(heap) > budget:
        heap -= 1
    return heap if heap >= LEAST_HEAP else None


def heap_by_trying(budget: int) -> int | None:
    """The same by trying every heap."""
    fitting = [heap for heap in range(LEAST_HEAP, budget) if heap + overhead(heap) <= budget]
    return max(fitting, default=None)


def unified_bytes(heap_bytes: int, fraction: float = 0.6) -> int:
    """Execution and storage memory together; REST calls it maxMemory."""
    return int((heap_bytes - RESERVED * MIB) * fraction)


def storage_bytes(unified: int, storage_fraction: float = 0.5) -> int:
    """The part of it that execution cannot push cached blocks out of."""
    return int(unified * storage_fraction)


def execution_bytes(unified: int, tasks: int) -> int:
    """The most that one of so many running tasks can have for its sorts, joins and aggregates; at least half of it."""
    return int(unified / tasks)


def slots(cores: int, task_cpus: int = 1) -> int:
    return cores // task_cpus


@dataclass(frozen=True)
class Node:
    """A machine of a Standalone cluster, whose worker leaves 1 GiB to the system."""

    cores: int
    memory: int
    gpus: int = 0
    gpu_memory: int = 0
    # What one task takes of a GPU's memory.
    gpu_memory_per_task: int = 0


@dataclass(frozen=True)
class Layout:
    """How a node is cut."""

    executor_cores: int
    executors_per_node: int
    heap: int
    overhead: int
    python: int
    container: int
    task_cpus: int
    task_gpus: float
    slots_per_executor: int
    executors: int
    unified_bytes: int
    execution_bytes_per_task: int
    stranded_cores: int
    stranded_memory: int


def cut(node: Node, nodes: int, executor_cores: int, python_share: float = 0.2) -> Layout | None:
    """As many executors of so many cores as fit a node, with a share of their memory for Python's workers."""
    per_node = node.cores // executor_cores
    if node.gpus:
        per_node = min(per_node, node.gpus)
    if per_node == 0:
        return None
    usable = node.memory - 1024
    budget = usable // per_node
    python = int(budget * python_share)
    largest = heap_for(budget - python)
    if largest is None:
        return None
    heap = min(largest, LARGEST_COMPRESSED_HEAP)
    beside = overhead(heap) + python
    task_cpus, task_gpus, tasks = gpu_share(node, executor_cores, per_node)
    unified = unified_bytes(heap * MIB)
    return Layout(
        executor_cores=executor_cores,
        executors_per_node=per_node,
        heap=heap,
        overhead=beside,
        python=python,
        container=heap + beside,
        task_cpus=task_cpus,
        task_gpus=task_gpus,
        slots_per_executor=tasks,
        executors=per_node * nodes,
        unified_bytes=unified,
        execution_bytes_per_task=execution_bytes(unified, tasks),
        stranded_cores=node.cores - per_node * executor_cores,
        stranded_memory=usable - per_node * (heap + beside),
    )


def gpu_share(node: Node, executor_cores: int, per_node: int) -> tuple[int, float, int]:
    """spark.task.cpus, spark.task.resource.gpu.amount and the tasks of an executor at once."""
    if not node.gpus:
        return 1, 0.0, slots(executor_cores)
    gpus = node.gpus // per_node
    tasks_per_gpu = max(1, min(executor_cores // gpus, node.gpu_memory // node.gpu_memory_per_task))
    # Four decimals, cut off: a share that is rounded up would lose one task.
    share = int(10_000 / tasks_per_gpu) / 10_000
    tasks = gpus * tasks_per_gpu
    return max(1, executor_cores // tasks), share, tasks


NODE = Node(cores=16, memory=64 * 1024)
# Cores of an executor: one, the five of folklore, and all that a node has.
SHAPES = {"small": 1, "medium": 5, "large": 16}

GPU_NODE = Node(cores=48, memory=192 * 1024, gpus=4, gpu_memory=24 * 1024, gpu_memory_per_task=6 * 1024)
# Node, how many of them, cores of an executor.
TEMPLATES = {
    "3 nodes": (Node(cores=8, memory=32 * 1024), 3, 4),
    "10 nodes": (Node(cores=16, memory=64 * 1024), 10, 5),
    "100 nodes": (Node(cores=32, memory=128 * 1024), 100, 8),
    "GPU cluster": (GPU_NODE, 4, 12),
}


def settings_of(layout: Layout) -> dict[str, str]:
    """The layout in Spark's words."""
    found = {
        "spark.executor.cores": str(layout.executor_cores),
        "spark.executor.memory": f"{layout.heap}m",
        "spark.executor.memoryOverhead": f"{layout.overhead}m",
        "spark.cores.max": str(layout.executor_cores * layout.executors),
    }
    if layout.task_cpus > 1:
        found["spark.task.cpus"] = str(layout.task_cpus)
    if layout.task_gpus:
        found["spark.executor.resource.gpu.amount"] = "1"
        found["spark.task.resource.gpu.amount"] = f"{layout.task_gpus:g}"
    return found
