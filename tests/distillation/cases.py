"""What is compared with Keras: distillers that train two epochs, and losses by themselves."""

import numpy as np

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(8, 4)).astype("float32")
Y = RANDOM.integers(0, 3, 8)


def networks(k):
    """A teacher and a student with the same weights for both libraries."""
    teacher = k.Sequential(
        [k.layers.Input((4,)), k.layers.Dense(6, "relu", name="wide"), k.layers.Dense(3)]
    )
    student = k.Sequential([k.layers.Input((4,)), k.layers.Dense(6, name="own"), k.layers.Dense(3)])
    for seed, model in enumerate((teacher, student)):
        random = np.random.default_rng(seed + 1)
        model.set_weights([random.normal(size=w.shape) * 0.3 for w in model.get_weights()])
    return teacher, student


CASES = {
    "logits": ("d.LogitsDistillation()", {}),
    "crossentropy": ("d.LogitsDistillation(2.0, 'categorical_crossentropy')", {}),
    "hinton": ("d.LogitsDistillation(4.0, k.losses.KLDivergence())", {"student_loss_weight": 0.1}),
    "both": (
        "[d.LogitsDistillation(loss='mse'), d.FeatureDistillation('mse', 'wide', 'own')]",
        {"distillation_loss_weights": [0.7, 0.3]},
    ),
    "teacher alone": ("d.FeatureDistillation(loss='mae')", {"student_loss_weight": 0.0}),
    "answers alone": ("d.FeatureDistillation()", {"student_loss_weight": 1.0}),
}


def trained(k, case):
    """The course of training, and the student's first weights after it."""
    losses, options = CASES[case]
    d = k.distillation
    teacher, student = networks(k)
    model = d.Distiller(teacher, student, eval(losses), **options)
    crossentropy = k.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(k.optimizers.SGD(0.1), crossentropy, metrics=["accuracy"])
    course = model.fit(X, Y, batch_size=8, epochs=2, verbose=0, shuffle=False).history
    found = {name: [float(each) for each in course[name]] for name in sorted(course)}
    return {**found, "weights": student.get_weights()[0].ravel().astype(float).tolist()}


LOSSES = [
    f"d.{kind}({options}loss={loss})"
    for kind, options in (("LogitsDistillation", "temperature=2.5, "), ("FeatureDistillation", ""))
    for loss in (
        "'kl_divergence'",
        "'mse'",
        "'cosine_similarity'",
        "k.losses.KLDivergence()",
        "k.losses.MeanSquaredError()",
        "k.losses.CategoricalCrossentropy(from_logits=True)",
    )
]


def of_loss(k, loss):
    return float(eval(loss, {"k": k, "d": k.distillation}).compute_loss(X[:, :3], X[:, 1:]))


def all_cases(k):
    """Every number by the name of its case."""
    return {
        **{case: trained(k, case) for case in CASES},
        **{loss: of_loss(k, loss) for loss in LOSSES},
    }
