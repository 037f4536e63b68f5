"""The small models of 06_gpu_accelerated_udfs.py, with weights made on the spot: nothing is downloaded.

They are random, so what they say of an image means nothing. What they cost is real, and the same model gives the same
answer however it is called.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

IMAGE_SIDE = 32
FRAME_SIDE = 64
WORDS = 4_096
CLASSES = 10
# The patterns that the detector knows, as rows of a picture of 8 by 8.
OBJECTS = {
    "box": ["########"] * 8,
    "frame": ["########", *["#......#"] * 6, "########"],
    "cross": [*["...##..."] * 3, *["########"] * 2, *["...##..."] * 3],
}
OBJECT_SIDE = 8


@dataclass(frozen=True)
class Model:
    """What travels to the executors."""

    library: str
    # For onnxruntime.
    onnx: bytes
    # For torch, by name.
    weights: dict[str, Any]
    half: bool = False


def classifier(library: str, seed: int) -> Model:
    """Two convolutions and a layer over a grey image of 32 by 32."""
    import numpy as np

    random = np.random.default_rng(seed)
    weights = {
        "first": random.normal(0, 0.5, (16, 1, 3, 3)).astype("float32"),
        "second": random.normal(0, 0.2, (32, 16, 3, 3)).astype("float32"),
        "last": random.normal(0, 0.5, (128, CLASSES)).astype("float32"),
    }
    return Model(library, classifier_graph(weights, half=False), weights)


def halved(model: Model) -> Model:
    """The same classifier in 16 bits."""
    weights = {name: value.astype("float16") for name, value in model.weights.items()}
    return replace(model, onnx=classifier_graph(weights, half=True), weights=weights, half=True)


def classifier_graph(weights: dict[str, Any], half: bool) -> bytes:
    from onnx import helper

    node = helper.make_node
    strides = {"strides": [2, 2], "pads": [1, 1, 1, 1]}
    nodes = [
        node("Conv", ["x", "first"], ["a"], **strides),
        node("Relu", ["a"], ["b"]),
        node("Conv", ["b", "second"], ["c"], **strides),
        node("Relu", ["c"], ["d"]),
        node("AveragePool", ["d"], ["e"], kernel_shape=[4, 4], strides=[4, 4]),
        node("Flatten", ["e"], ["f"]),
        node("MatMul", ["f", "last"], ["y"]),
    ]
    return onnx_bytes(nodes, weights, ["n", 1, IMAGE_SIDE, IMAGE_SIDE], ["n", CLASSES], half=half)


def embedder(library: str, seed: int) -> Model:
    """A vector for each word, and their mean put through a layer: 64 numbers a text."""
    import numpy as np
    from onnx import helper

    random = np.random.default_rng(seed)
    weights = {
        "words": random.normal(0, 1, (WORDS, 128)).astype("float32"),
        "layer": random.normal(0, 0.1, (128, 64)).astype("float32"),
    }
    nodes = [
        helper.make_node("Gather", ["words", "x"], ["a"]),
        helper.make_node("ReduceMean", ["a"], ["b"], axes=[1], keepdims=0),
        helper.make_node("MatMul", ["b", "layer"], ["c"]),
        helper.make_node("Tanh", ["c"], ["y"]),
    ]
    return Model(library, onnx_bytes(nodes, weights, ["n", "words"], ["n", 64], integers=True), weights)


def detector(library: str) -> Model:
    """Where an object's pattern lies, its correlation with the picture is highest: one convolution a pattern.

    Every pattern sums to zero, so that plain areas give nothing, and its full match gives one.
    """
    import numpy as np
    from onnx import helper

    patterns = []
    for rows in OBJECTS.values():
        pattern = np.array([[1.0 if cell == "#" else 0.0 for cell in row] for row in rows], "float32")
        # A margin of one around it, which must be dark: a box is then no part of something larger.
        padded = np.pad(pattern, 1)
        kernel = np.where(padded > 0, 1 / padded.sum(), -1 / (padded.size - padded.sum()))
        patterns.append(kernel)
    weights = {"patterns": np.stack(patterns)[:, None].astype("float32"), "almost": np.array(0.95, "float32")}
    nodes = [
        helper.make_node("Conv", ["x", "patterns"], ["a"]),
        helper.make_node("Greater", ["a", "almost"], ["b"]),
        helper.make_node("Cast", ["b"], ["c"], to=1),
        helper.make_node("ReduceSum", ["c"], ["y"], keepdims=0),
    ]
    # ReduceSum takes its axes as an input.
    nodes[-1].input.append("axes")
    onnx = onnx_bytes(
        nodes, {**weights, "axes": np.array([2, 3], "int64")}, ["n", 1, FRAME_SIDE, FRAME_SIDE], ["n", len(OBJECTS)]
    )
    return Model(library, onnx, weights)


def onnx_bytes(
    nodes: list, weights: dict[str, Any], shape_in: list, shape_out: list, half: bool = False, integers: bool = False
) -> bytes:
    from onnx import TensorProto, helper, numpy_helper

    number = TensorProto.FLOAT16 if half else TensorProto.FLOAT
    graph = helper.make_graph(
        nodes,
        "small",
        [helper.make_tensor_value_info("x", TensorProto.INT64 if integers else number, shape_in)],
        [helper.make_tensor_value_info("y", number, shape_out)],
        [numpy_helper.from_array(value, name) for name, value in weights.items()],
    )
    # Old enough for every onnxruntime of these years.
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8).SerializeToString()
