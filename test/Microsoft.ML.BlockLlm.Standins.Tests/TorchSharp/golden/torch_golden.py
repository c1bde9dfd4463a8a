"""Values and gradients of PyTorch for the operations, optimizers and schedules that the tests compare with.

Run it with PyTorch 1.13: python3 torch_golden.py writes operations.json and training.json beside itself.
"""

import json
import math
import pathlib

import torch
import torch.nn.functional as F

HERE = pathlib.Path(__file__).parent
NO_GRADIENT = "values only"


def rounded(*shape):
    return (torch.randn(*shape) * 1000).round() / 1000


def positive(*shape):
    return rounded(*shape).abs() + 0.5


def operations():
    """Name -> (inputs, function), in the order of the C# table; NO_GRADIENT marks functions without a useful gradient."""
    torch.manual_seed(7)
    a, b, c = rounded(3, 4), rounded(3, 4), rounded(4, 5)
    p, v, w = positive(3, 4), rounded(4), rounded(5)
    batch1, batch2 = rounded(2, 3, 4), rounded(2, 4, 3)
    q, k, u = rounded(2, 2, 3, 4), rounded(2, 2, 3, 4), rounded(2, 2, 3, 4)
    classes = torch.tensor([1, 0, 3])
    mask = a > 0
    index = torch.tensor([2, 0])
    return {
        "add": ([a, b], lambda x, y: x.add(y, alpha=2)),
        "add_scalar": ([a], lambda x: x.add(3, alpha=0.5)),
        "sub": ([a, b], lambda x, y: x - y),
        "number_minus": ([a], lambda x: 2 - x),
        "mul": ([a, b], lambda x, y: x * y),
        "div": ([a, p], lambda x, y: x / y),
        "number_over": ([p], lambda x: 3 / x),
        "div_floor": ([a, p], lambda x, y: torch.div(x, y, rounding_mode="floor"), NO_GRADIENT),
        "div_trunc": ([a, p], lambda x, y: torch.div(x, y, rounding_mode="trunc"), NO_GRADIENT),
        "remainder": ([a], lambda x: x.remainder(0.3)),
        "addcmul": ([a, b, p], lambda x, y, z: x.addcmul(y, z, value=0.3)),
        "addcdiv": ([a, b, p], lambda x, y, z: x.addcdiv(y, z, value=0.3)),
        "maximum": ([a, b], torch.maximum),
        "exp": ([a], torch.exp),
        "sqrt": ([p], torch.sqrt),
        "rsqrt": ([p], torch.rsqrt),
        "sin": ([a], torch.sin),
        "cos": ([a], torch.cos),
        "log": ([p], torch.log),
        "tanh": ([a], torch.tanh),
        "sigmoid": ([a], torch.sigmoid),
        "relu": ([a], torch.relu),
        "gelu": ([a], F.gelu),
        "silu": ([a], F.silu),
        "abs": ([a], torch.abs),
        "neg": ([a], torch.neg),
        "square": ([a], torch.square),
        "reciprocal": ([p], torch.reciprocal),
        "clamp": ([a], lambda x: x.clamp(-0.5, 0.5)),
        "clamp_min": ([a], lambda x: x.clamp(min=0.1)),
        "floor": ([a], torch.floor, NO_GRADIENT),
        "sign": ([a], torch.sign, NO_GRADIENT),
        "softmax": ([a], lambda x: x.softmax(-1)),
        "log_softmax": ([a], lambda x: x.log_softmax(0)),
        "sum": ([a], torch.sum),
        "sum_along": ([a], lambda x: x.sum(0, keepdim=True)),
        "mean": ([a], torch.mean),
        "mean_along": ([a], lambda x: x.mean(1)),
        "std": ([a], torch.std),
        "norm": ([a], torch.norm),
        "norm_along": ([a], lambda x: x.norm(p=2, dim=1)),
        "cumsum": ([a], lambda x: x.cumsum(1)),
        "max": ([a], torch.max),
        "max_along": ([a], lambda x: x.max(1).values),
        "amax": ([a], lambda x: x.amax([0])),
        "kthvalue": ([a], lambda x: x.kthvalue(2, 1).values),
        "matmul": ([a, c], torch.matmul),
        "addmm": ([a, b[:, :2], p[:2]], lambda x, y, z: x.addmm(y, z, beta=0.5, alpha=2)),
        "bmm": ([batch1, batch2], torch.bmm),
        "triu": ([a], lambda x: x.triu(1)),
        "transpose": ([batch1], lambda x: x.transpose(1, 2).contiguous()),
        "repeat_interleave": ([a], lambda x: x.repeat_interleave(2, 1)),
        "expand": ([v], lambda x: x.expand(3, 4).contiguous()),
        "cat": ([a, b], lambda x, y: torch.cat([x, y], 1)),
        "stack": ([a, b], lambda x, y: torch.stack([x, y], 1)),
        "narrow": ([a], lambda x: x.narrow(1, 1, 2).contiguous()),
        "chunk": ([a], lambda x: x.chunk(2, 1)[1].contiguous()),
        "index_select": ([a], lambda x: x.index_select(0, index)),
        "index": ([a], lambda x: x[1:, -1]),
        "gather": ([a], lambda x: x.gather(1, classes.unsqueeze(1))),
        "masked_fill": ([a], lambda x: x.masked_fill(mask, -9)),
        "masked_select": ([a], lambda x: x.masked_select(mask)),
        "where": ([a, b], lambda x, y: torch.where(mask, x, y)),
        "index_copy": ([a, b[:2]], lambda x, y: x.index_copy(0, index, y)),
        "linear": ([a, c.t().contiguous(), w], F.linear),
        "layer_norm": ([a, v, v + 1], lambda x, y, z: F.layer_norm(x, [4], y, z, 1e-5)),
        "cross_entropy": ([a], lambda x: F.cross_entropy(x, classes)),
        "cross_entropy_sum_smoothed": ([a], lambda x: F.cross_entropy(x, classes, ignore_index=0, reduction="sum", label_smoothing=0.1)),
        "mse_loss": ([a, b], F.mse_loss),
        "pad": ([a], lambda x: F.pad(x, [1, 2, 0, 1], value=0.5)),
        "attention": ([q, k, u], lambda x, y, z: (x @ y.transpose(-2, -1) / math.sqrt(4)).softmax(-1) @ z),
        "attention_causal": (
            [q, k, u],
            lambda x, y, z: ((x @ y.transpose(-2, -1) / math.sqrt(4)) + torch.full((3, 3), -math.inf).triu(1)).softmax(-1) @ z,
        ),
    }


def tensor_json(tensor):
    return {"shape": list(tensor.shape), "values": [float(f"{x:.9g}") for x in tensor.detach().reshape(-1).tolist()]}


def upstream(output):
    return torch.arange(output.numel(), dtype=torch.float32).remainder(7).sub(3).div(3).reshape(output.shape)


def operation_json(inputs, function, mode=None):
    inputs = [x.clone().requires_grad_(mode is None) for x in inputs]
    output = function(*inputs)
    result = {"inputs": [tensor_json(x) for x in inputs], "output": tensor_json(output), "gradients": []}
    if mode is None:
        result["gradients"] = [tensor_json(g) for g in torch.autograd.grad([output], inputs, [upstream(output)])]
    return result


def optimizer_json(make):
    """The weights after 20 steps on the squared distance of a line from five points."""
    torch.manual_seed(3)
    x, y = rounded(5, 3), rounded(5, 2)
    weight, bias = rounded(2, 3).requires_grad_(), rounded(2).requires_grad_()
    start = [tensor_json(t) for t in (x, y, weight, bias)]
    optimizer = make([weight, bias])
    for _ in range(20):
        optimizer.zero_grad()
        F.mse_loss(F.linear(x, weight, bias), y).backward()
        optimizer.step()
    return {"inputs": start, "weight": tensor_json(weight), "bias": tensor_json(bias)}


def schedule_json(make):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
    schedule = make(optimizer)
    rates = []
    for _ in range(12):
        rates.append(schedule.get_last_lr()[0])
        optimizer.step()
        schedule.step()
    return rates


def random_json():
    torch.manual_seed(42)
    return {
        "rand": tensor_json(torch.rand(20)),
        "randn": tensor_json(torch.randn(20)),
        "randint": tensor_json(torch.randint(0, 1000, (20,))),
        "randperm": tensor_json(torch.randperm(20)),
    }


def main():
    written = {name: operation_json(*case) for name, case in operations().items()}
    (HERE / "operations.json").write_text(json.dumps(written) + "\n")

    optim, schedules = torch.optim, torch.optim.lr_scheduler
    training = {
        "optimizers": {
            "SGD": optimizer_json(lambda p: optim.SGD(p, lr=0.05, momentum=0.9, weight_decay=0.01)),
            "AdamW": optimizer_json(lambda p: optim.AdamW(p, lr=0.05, betas=(0.8, 0.95), weight_decay=0.1)),
        },
        "schedules": {
            "StepLR": schedule_json(lambda o: schedules.StepLR(o, 3, 0.5)),
        },
        "random": random_json(),
    }
    (HERE / "training.json").write_text(json.dumps(training) + "\n")


if __name__ == "__main__":
    main()
