"""Inference in UDFs, measured: by row, by batch, by size of batch; where the GPUs are, and what a task has to know.

    python 06_gpu_accelerated_udfs.py
    spark-submit --py-files measuring.py,reporting.py,spark_figures.py,small_models.py --master yarn \\
        --conf spark.executor.resource.gpu.amount=1 --conf spark.task.resource.gpu.amount=0.25 \\
        --conf spark.executor.resource.gpu.discoveryScript=./getGpusResources.sh 06_gpu_accelerated_udfs.py

The models are small and made on the spot, or an image model of yours (`--weights resnet50.onnx`: one input of images,
one output of classes). They run on torch where it is installed, else on onnxruntime; `--library` chooses. Where there
is no GPU everything runs on the CPU, and the job says so. What needs a library or a GPU that is not there is skipped.

The default scale takes about a minute on two cores with 2 GB of driver memory. On a cluster with GPUs start with
`--scale 1000000`; the sections that also go row by row use 2,000 rows of it at most.
"""

from __future__ import annotations

import importlib
import importlib.util
import random
import subprocess
import sys
from pathlib import Path
from typing import Any, Callable, Iterator

from pyspark import TaskContext
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import ArrayType, FloatType, IntegerType

try:
    import small_models
    from measuring import Answer, Claim, Job, Measured, Section, Skip, argument_parser, noise, run_job, sorted_rows
    from measuring import whole_number
    from small_models import FRAME_SIDE, IMAGE_SIDE, OBJECT_SIDE, OBJECTS, WORDS, Model
except ModuleNotFoundError as missing:
    helpers = "measuring.py,reporting.py,spark_figures.py,small_models.py"
    print(f"{missing}: send it along, --py-files {helpers}", file=sys.stderr)
    sys.exit(2)

try:
    # Pandas UDFs are told apart by their annotations, so it must be known here. Without it, sections are skipped.
    import pandas as pd
except ModuleNotFoundError:
    pd = None

BATCHES = [1, 8, 32, 128, 512, 2048]
FOLKLORE_BATCH = 128
# What goes row by row would take all day at a large scale.
MOST_BY_ROW = 2_000
INFERENCE = Claim("batched inference on a GPU", 10, 100)


# ---------------------------------------------------------------- what is here


def need(*libraries: str) -> None:
    for library in libraries:
        if importlib.util.find_spec(library) is None:
            raise Skip(library)


def library_of(job: Job) -> str:
    """The library that runs the models. Arrow carries their input, and onnx writes the models down."""
    need("numpy", "pandas", "pyarrow", "onnx")
    chosen = job.options.library or ("torch" if importlib.util.find_spec("torch") else "onnxruntime")
    need(chosen)
    if job.options.weights and chosen != "onnxruntime":
        raise Skip("--library onnxruntime, for --weights names an ONNX model")
    # Executors import it by its name, and do not have the folder of the job on their path.
    job.spark.sparkContext.addPyFile(small_models.__file__)
    return chosen


def gpu_names() -> list[str]:
    """The GPUs of the machine that this runs on, as its driver names them; none where it has no driver."""
    try:
        listed = subprocess.run(["nvidia-smi", "-L"], capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        return []
    return [line.split(" (UUID")[0] for line in listed.stdout.splitlines()]


# ---------------------------------------------------------------- models


def gpu_of_task() -> int | None:
    """The number of the GPU that Spark gave to this task, if it gave one."""
    context = TaskContext.get()
    given = context.resources().get("gpu") if context else None
    return int(given.addresses[0]) if given else None


def load(model: Model) -> Callable[[Any], Any]:
    """A function from a batch to what the model says of it. Several tasks share a machine: one thread each.

    The "before" functions call this for each row or batch, the "after" functions once a task.
    """
    return load_torch(model) if model.library == "torch" else load_onnx(model)


def load_onnx(model: Model) -> Callable[[Any], Any]:
    import onnxruntime

    number = gpu_of_task()
    on_gpu = [("CUDAExecutionProvider", {"device_id": number})] if number is not None else []
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    providers = [*on_gpu, "CPUExecutionProvider"]
    session = onnxruntime.InferenceSession(model.onnx, options, providers=providers)  # expect: model-loaded-per-batch
    name = session.get_inputs()[0].name
    return lambda batch: session.run(None, {name: batch})[0]


def load_torch(model: Model) -> Callable[[Any], Any]:
    import torch
    from torch.nn import functional

    number = gpu_of_task()
    device = torch.device("cpu" if number is None else f"cuda:{number}")
    torch.set_num_threads(1)
    weights = {name: torch.from_numpy(value).to(device) for name, value in model.weights.items()}

    def classify(images):
        first = functional.relu(functional.conv2d(images, weights["first"], stride=2, padding=1))
        second = functional.relu(functional.conv2d(first, weights["second"], stride=2, padding=1))
        return functional.avg_pool2d(second, 4).flatten(1) @ weights["last"]

    def embed(words):
        return torch.tanh(weights["words"][words].mean(1) @ weights["layer"])

    def detect(frames):
        return (functional.conv2d(frames, weights["patterns"]) > weights["almost"]).float().sum((2, 3))

    forward = classify if "first" in weights else embed if "words" in weights else detect

    def predict(batch):
        with torch.inference_mode():
            return forward(torch.from_numpy(batch).to(device)).cpu().numpy()

    return predict


def image_model(job: Job) -> tuple[Model, list[int]]:
    """The model that looks at images, and the form of one: channels, rows, columns."""
    library = library_of(job)
    if not job.options.weights:
        return small_models.classifier(library, job.options.seed), [1, IMAGE_SIDE, IMAGE_SIDE]
    import onnxruntime

    content = Path(job.options.weights).read_bytes()
    shape = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"]).get_inputs()[0].shape
    if len(shape) != 4 or not all(isinstance(number, int) for number in shape[1:]):
        raise Skip(f"--weights with one input of images: this one takes {shape}")
    return Model(library, content, {}), shape[1:]


# ---------------------------------------------------------------- images


def make_images(spark: SparkSession, count: int, seed: int) -> DataFrame:
    """Grey noise, 32 by 32, a byte a pixel: what a decoded image is, as far as cost goes."""
    parts = [F.unhex(F.sha2(F.concat_ws("/", "id", F.lit(seed), F.lit(part)), 256)) for part in range(32)]
    tasks = 2 * spark.sparkContext.defaultParallelism
    return spark.range(0, count, 1, tasks).select(F.col("id").alias("image_id"), F.concat(*parts).alias("image"))


def pixels(images: Any, shape: list[int], half: bool = False) -> Any:
    """Bytes to the numbers that a model takes. Images that are too small for it are repeated until they fill it."""
    import numpy as np

    flat = np.frombuffer(b"".join(images), np.uint8).reshape(len(images), -1)
    wanted = shape[0] * shape[1] * shape[2]
    tiled = np.tile(flat, (1, -(-wanted // flat.shape[1])))[:, :wanted]
    return ((tiled.reshape(-1, *shape).astype("float32") - 128) / 64).astype("float16" if half else "float32")


def class_counts(images: DataFrame, label: Column) -> list[tuple]:
    return sorted_rows(images.groupBy(label.alias("label")).count())


def classify_by_row(images: DataFrame, model: Model, shape: list[int]) -> list[tuple]:
    """A Python call, a model and a batch of one, for every image."""

    @F.udf("int")
    def classify(image):
        predict = load(model)
        return int(predict(pixels([image], shape))[0].argmax())

    return class_counts(images, classify("image"))


def classify_by_series(images: DataFrame, model: Model, shape: list[int]) -> list[tuple]:
    """A batch for the model, but the model is loaded again for every batch."""
    @F.pandas_udf("int")
    def classify(batch: pd.Series) -> pd.Series:
        predict = load(model)
        return pd.Series(predict(pixels(batch, shape)).argmax(1))

    return class_counts(images, classify("image"))


def classify_by_iterator(images: DataFrame, model: Model, shape: list[int]) -> list[tuple]:
    """The model is loaded once a task, and gets every Arrow batch whole, however large that is."""
    @F.pandas_udf("int")
    def classify(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
        predict = load(model)
        for batch in batches:
            yield pd.Series(predict(pixels(batch, shape)).argmax(1))

    return class_counts(images, classify("image"))


def classify_in_batches(images: DataFrame, model: Model, shape: list[int], size: int) -> list[tuple]:
    """As by iterator, with the size of the batch chosen; Spark keeps the model for the next task, too."""
    from pyspark.ml.functions import predict_batch_udf

    def make_predict():
        predict = load(model)
        return lambda batch: predict(pixels(batch, shape, model.half)).argmax(1).astype("int32")

    classify = predict_batch_udf(make_predict, return_type=IntegerType(), batch_size=size)
    return class_counts(images, classify("image"))


def images(job: Job) -> Section:
    model, shape = image_model(job)
    count = min(MOST_BY_ROW, job.options.scale)
    frames = make_images(job.spark, count, job.options.seed)
    return Section(
        question=f"{count:,} images through a model on {model.library}, {where(job)}",
        variants={
            "row UDF": lambda: classify_by_row(frames, model, shape),
            "Series UDF": lambda: classify_by_series(frames, model, shape),
            "iterator UDF": lambda: classify_by_iterator(frames, model, shape),
            "predict_batch_udf": lambda: classify_in_batches(frames, model, shape, job.options.batch_size),
        },
        before="row UDF",
        after="predict_batch_udf",
        claim=INFERENCE,
        takeaway="Load the model once a task and hand it batches; a row UDF pays for both with every row.",
        elsewhere="The dearer the model is to load and the faster it runs, the more a batch gains.",
    )


def where(job: Job) -> str:
    """`on the CPU`, or what runs it."""
    return "on GPUs that Spark gave to its tasks" if "gpu" in job.spark.sparkContext.resources else "on the CPU"


# ---------------------------------------------------------------- batches


def classify_one_by_one(images: DataFrame, model: Model, shape: list[int]) -> list[tuple]:
    """The batch machinery, with batches of one."""
    from pyspark.ml.functions import predict_batch_udf

    def make_predict():
        predict = load(model)
        return lambda batch: predict(pixels(batch, shape)).argmax(1).astype("int32")

    classify = predict_batch_udf(make_predict, return_type=IntegerType(), batch_size=1)  # expect: unbatched-inference
    return class_counts(images, classify("image"))


def batch_sizes(job: Job) -> Section:
    model, shape = image_model(job)
    count = job.options.scale
    frames = make_images(job.spark, count, job.options.seed)
    variants = {"1": lambda: classify_one_by_one(frames, model, shape)}
    for size in BATCHES[1:]:
        variants[str(size)] = lambda size=size: classify_in_batches(frames, model, shape, size)

    def curve(measured: dict[str, Measured]) -> list[str]:
        rates = {name: count / one.median for name, one in measured.items()}
        best = max(rates, key=rates.get)
        bars = {name: "#" * round(40 * rate / rates[best]) for name, rate in rates.items()}
        lines = [f"Batches of {name:>4}: {rates[name]:>8,.0f} images/s {bars[name]}" for name in rates]
        return [*lines, f"The best here: {best}. Folklore says {FOLKLORE_BATCH}."]

    return Section(
        question=f"{count:,} images in batches of 1 to {BATCHES[-1]:,}, {where(job)}",
        variants=variants,
        before="1",
        after=str(FOLKLORE_BATCH),
        takeaway="Double the batch until the throughput stops growing or the memory ends; there is no magic number.",
        elsewhere="A GPU needs larger batches than a CPU to be busy. An Arrow batch (10,000 rows) is the limit.",
        most_runs=2,
        notes=curve,
    )


def precision(job: Job) -> Section:
    model, shape = image_model(job)
    if job.options.weights:
        raise Skip("the small model, for --weights has its own precision")
    if model.library == "torch" and "gpu" not in job.spark.sparkContext.resources:
        raise Skip("a GPU, for torch has no 16-bit convolution on every CPU")
    half = small_models.halved(model)
    frames, size = make_images(job.spark, job.options.scale, job.options.seed), job.options.batch_size
    truth = dict(classify_in_batches(frames, model, shape, size))

    def compared(chosen: Model) -> Answer:
        """Rounding may move an image to another class. Of a hundred images, one may be moved, and not more."""
        found = dict(classify_in_batches(frames, chosen, shape, size))
        moved = sum(abs(found.get(label, 0) - truth.get(label, 0)) for label in found | truth) // 2
        count = sum(found.values())
        return Answer(checked=[count, moved <= count // 100], told=moved)

    def moved_images(measured: dict[str, Measured]) -> list[str]:
        moved = measured["16 bits"].answer.told
        return [f"16 bits: by the counts, {moved:,} of {job.options.scale:,} images have another class than in 32."]

    return Section(
        question=f"the same model in 32 and in 16 bits, {where(job)}",
        variants={"32 bits": lambda: compared(model), "16 bits": lambda: compared(half)},
        before="32 bits",
        after="16 bits",
        takeaway="Half precision is for hardware that has it: measure it, and compare the answers.",
        elsewhere="GPUs with tensor cores gain from it. A CPU converts to 32 bits and back, which costs.",
        most_runs=2,
        notes=moved_images,
    )


# ---------------------------------------------------------------- text


def make_texts(spark: SparkSession, count: int, seed: int) -> DataFrame:
    words = [F.concat(F.lit("word"), F.pmod(noise(seed, position), F.lit(5_000))) for position in range(12)]
    tasks = 2 * spark.sparkContext.defaultParallelism
    return spark.range(0, count, 1, tasks).select(F.concat_ws(" ", *words).alias("text"))


def word_numbers(texts: Any) -> Any:
    """A number for each word, by a hash that is the same in every process."""
    import zlib

    import numpy as np

    return np.array([[zlib.crc32(word.encode()) % WORDS for word in text.split()] for text in texts], "int64")


def embed_by_row(texts: DataFrame, model: Model) -> list[tuple]:
    """The model is loaded for each text."""

    @F.udf("int")
    def strongest(text):
        return int(load(model)(word_numbers([text]))[0].argmax())

    return sorted_rows(texts.groupBy(strongest("text").alias("strongest")).count())


def embed_in_batches(texts: DataFrame, model: Model, size: int) -> list[tuple]:
    from pyspark.ml.functions import predict_batch_udf

    def make_predict():
        predict = load(model)
        return lambda batch: predict(word_numbers(batch)).argmax(1).astype("int32")

    strongest = predict_batch_udf(make_predict, return_type=IntegerType(), batch_size=size)
    return sorted_rows(texts.groupBy(strongest("text").alias("strongest")).count())


def text(job: Job) -> Section:
    model = small_models.embedder(library_of(job), job.options.seed)
    count = min(MOST_BY_ROW, job.options.scale)
    texts = make_texts(job.spark, count, job.options.seed)
    return Section(
        question=f"embeddings of {count:,} texts of 12 words on {model.library}, {where(job)}",
        variants={
            "row UDF": lambda: embed_by_row(texts, model),
            "predict_batch_udf": lambda: embed_in_batches(texts, model, job.options.batch_size),
        },
        before="row UDF",
        after="predict_batch_udf",
        claim=Claim("images and text on a GPU", 20, 20),
        takeaway="Text is no different: one model a task, batches for the model.",
        elsewhere="Splitting texts into words stays on the CPU, on a GPU machine too.",
    )


# ---------------------------------------------------------------- matrices


def multiply(vectors: DataFrame, library: str) -> list[tuple]:
    """Each batch of vectors times one matrix, by NumPy or, with the same names, by CuPy on the task's GPU."""
    @F.pandas_udf("long")
    def strongest(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
        xp = importlib.import_module(library)
        if library == "cupy":
            xp.cuda.Device(gpu_of_task() or 0).use()
        rows = xp.arange(512)
        matrix = xp.cos(rows[:, None] * rows[None, :] / 7.0)
        for batch in batches:
            numbers = xp.asarray(batch.to_numpy())
            product = xp.sin(numbers[:, None] * (rows + 1) / 13.0) @ matrix
            best = product.argmax(1)
            yield pd.Series(best.get() if library == "cupy" else best)

    return sorted_rows(vectors.groupBy(strongest("id").alias("strongest")).count())


def matrices(job: Job) -> Section:
    need("numpy", "pandas", "pyarrow", "cupy")
    vectors = job.spark.range(job.options.scale)
    return Section(
        question=f"{job.options.scale:,} vectors times a matrix of 512 by 512",
        variants={"NumPy": lambda: multiply(vectors, "numpy"), "CuPy": lambda: multiply(vectors, "cupy")},
        before="NumPy",
        after="CuPy",
        claim=Claim("matrix operations on a GPU", 100, 100),
        takeaway="A GPU pays where much is computed on what was copied to it once.",
        elsewhere="Copying the batch there and back is part of the time.",
    )


# ---------------------------------------------------------------- devices


def decide_on_driver(images: DataFrame, model: Model, shape: list[int]) -> Answer:
    """What the driver's machine has says nothing about the executors'."""
    import onnxruntime

    on_gpu = "CUDAExecutionProvider" in onnxruntime.get_available_providers()  # expect: gpu-check-on-driver

    @F.pandas_udf("int")
    def classify(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
        providers = ["CUDAExecutionProvider"] if on_gpu else ["CPUExecutionProvider"]
        session = onnxruntime.InferenceSession(model.onnx, providers=providers)
        name = session.get_inputs()[0].name
        for batch in batches:
            yield pd.Series(session.run(None, {name: pixels(batch, shape)})[0].argmax(1))

    counts = class_counts(images, classify("image"))
    return Answer(checked=counts, told=f"decided for all executors: {'GPU' if on_gpu else 'CPU'}")


def decide_in_tasks(images: DataFrame, model: Model, shape: list[int]) -> Answer:
    """Each task uses what Spark gave to it."""
    counts = classify_by_iterator(images, model, shape)
    context = images.sparkSession.sparkContext
    tasks = context.defaultParallelism
    seen = context.parallelize(range(tasks), tasks).map(lambda _: (gpu_names(), gpu_of_task())).collect()
    names = sorted({name for names, _ in seen for name in names})
    given = sorted({number for _, number in seen if number is not None})
    return Answer(checked=counts, told=f"GPUs on the machines: {names or 'none'}; given to tasks: {given or 'none'}")


def detection(job: Job) -> Section:
    need("onnxruntime")
    model, shape = image_model(job)
    frames = make_images(job.spark, min(MOST_BY_ROW, job.options.scale), job.options.seed)
    return Section(
        question="where are the GPUs, and who decides to use them?",
        variants={
            "the driver": lambda: decide_on_driver(frames, model, shape),
            "each task": lambda: decide_in_tasks(frames, model, shape),
        },
        before="the driver",
        after="each task",
        takeaway="Ask in the task: TaskContext.resources() names the GPU that Spark gave to it.",
        elsewhere="This is about being right, not about time.",
        notes=lambda measured: [f"{name}: {one.answer.told}." for name, one in measured.items()],
    )


def devices(job: Job) -> Section:
    given = job.spark.sparkContext.resources.get("gpu")
    if given is None and job.spark.conf.get("spark.executor.resource.gpu.amount", "0") == "0":
        raise Skip("GPUs that Spark schedules, by spark.executor.resource.gpu.amount")
    model, shape = image_model(job)
    frames = make_images(job.spark, job.options.scale, job.options.seed)

    def on_first(size: int) -> list[tuple]:
        with_one = frames.coalesce(1)  # expect: single-partition
        return classify_in_batches(with_one, model, shape, size)

    return Section(
        question="one task for one GPU, or a task for each?",
        variants={
            "one task": lambda: on_first(job.options.batch_size),
            "all tasks": lambda: classify_in_batches(frames, model, shape, job.options.batch_size),
        },
        before="one task",
        after="all tasks",
        takeaway="Let Spark deal out the GPUs: spark.task.resource.gpu.amount says how many tasks share one.",
        elsewhere="With one GPU, tasks that share it only hide each other's pauses.",
    )


# ---------------------------------------------------------------- a video


def objects_in(number: int, seed: int) -> list[tuple[str, int, int]]:
    """What is in a frame, and where: up to nine objects on a grid, so that none touches another."""
    chance = random.Random(seed * 1_000_003 + number)
    cells = [(row * 20, column * 20) for row in range(3) for column in range(3)]
    choices = [(chance.choice([None, *OBJECTS]), chance.randrange(1, 10), chance.randrange(1, 10)) for _ in cells]
    return [(name, top + y, left + x) for (name, y, x), (top, left) in zip(choices, cells) if name]


def draw(number: int, seed: int) -> bytes:
    import numpy as np

    frame = np.zeros((FRAME_SIDE, FRAME_SIDE), np.uint8)
    for name, top, left in objects_in(number, seed):
        pattern = np.array([[255 if cell == "#" else 0 for cell in line] for line in OBJECTS[name]], np.uint8)
        frame[top : top + OBJECT_SIDE, left : left + OBJECT_SIDE] = pattern
    return frame.tobytes()


def make_video(spark: SparkSession, count: int, seed: int) -> DataFrame:
    """Frames as a decoder gives them, drawn by the tasks, with what was drawn: 25 a second."""
    def draw_all(batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        for batch in batches:
            names = [[name for name, _, _ in objects_in(number, seed)] for number in batch["id"]]
            drawn = [[float(one.count(name)) for name in OBJECTS] for one in names]
            frames = [draw(number, seed) for number in batch["id"]]
            yield pd.DataFrame({"second": batch["id"] // 25, "frame": frames, "drawn": drawn})

    numbers = spark.range(0, count, 1, 2 * spark.sparkContext.defaultParallelism)
    return numbers.mapInPandas(draw_all, "second long, frame binary, drawn array<float>")


def frame_pixels(frames: Any) -> Any:
    import numpy as np

    return np.frombuffer(b"".join(frames), np.uint8).reshape(-1, 1, FRAME_SIDE, FRAME_SIDE).astype("float32") / 255


def objects_by_second(video: DataFrame, found: Column) -> list[tuple]:
    """How many of each kind were seen in each second, all its frames together."""
    seen = video.select("second", found.alias("found"))
    return sorted_rows(seen.groupBy("second").agg(*[F.sum(F.col("found")[i]) for i in range(len(OBJECTS))]))


def detect_by_frame(video: DataFrame, model: Model) -> list[tuple]:
    """One frame, one model, one call."""

    @F.udf("array<float>")
    def detect(frame):
        return load(model)(frame_pixels([frame]))[0].tolist()

    return objects_by_second(video, detect("frame"))


def detect_in_batches(video: DataFrame, model: Model, size: int) -> list[tuple]:
    from pyspark.ml.functions import predict_batch_udf

    def make_predict():
        predict = load(model)
        return lambda frames: predict(frame_pixels(frames))

    detect = predict_batch_udf(make_predict, return_type=ArrayType(FloatType()), batch_size=size)
    return objects_by_second(video, detect("frame"))


def video(job: Job) -> Section:
    model = small_models.detector(library_of(job))
    count = min(MOST_BY_ROW // 2, job.options.scale)
    frames = make_video(job.spark, count, job.options.seed)

    def totals(measured: dict[str, Measured]) -> list[str]:
        seconds = measured["in batches"].answer
        sums = {name: sum(second[1 + index] for second in seconds) for index, name in enumerate(OBJECTS)}
        return [f"Seen in {len(seconds)} s of video: " + ", ".join(f"{name} {n:,.0f}" for name, n in sums.items())]

    return Section(
        question=f"{count:,} frames of a video: how many objects of each kind are seen in each second?",
        variants={
            "frame by frame": lambda: detect_by_frame(frames, model),
            "in batches": lambda: detect_in_batches(frames, model, job.options.batch_size),
            "as drawn": lambda: objects_by_second(frames, F.col("drawn")),
        },
        before="frame by frame",
        after="in batches",
        claim=INFERENCE,
        takeaway="Decode, detect and count in one pass over batches, and bring only the counts to the driver.",
        elsewhere="Drawing the frames is part of both, as decoding them would be.",
        notes=totals,
    )


# ---------------------------------------------------------------- the job

SECTIONS = {
    "detection": detection,
    "images": images,
    "batch-sizes": batch_sizes,
    "precision": precision,
    "text": text,
    "matrices": matrices,
    "devices": devices,
    "video": video,
}


def main() -> int:
    parser = argument_parser(__doc__, list(SECTIONS), scale=10_000)
    parser.add_argument(
        "--batch-size", type=whole_number(1, 10_000), default=FOLKLORE_BATCH, metavar="N",
        help=f"of all batches but those of batch-sizes (default {FOLKLORE_BATCH})",
    )  # fmt: skip
    parser.add_argument("--library", choices=["torch", "onnxruntime"], help="what runs the models")
    parser.add_argument("--weights", type=readable_file, metavar="FILE.onnx", help="an image model of your own")
    return run_job("06_gpu_accelerated_udfs", SECTIONS, parser.parse_args())


def readable_file(text: str) -> str:
    import argparse

    if not Path(text).is_file():
        raise argparse.ArgumentTypeError(f"{text!r} is not a file")
    return text


if __name__ == "__main__":
    sys.exit(main())
