"""Chapter 5: folders of pictures, changed at random; features of a base; what a layer sees."""

import os

import numpy as np
from keras import backend as K
from keras import layers, models, optimizers
from keras.preprocessing import image
from keras.preprocessing.image import ImageDataGenerator
from PIL import Image

for part in ("train", "validation"):
    for name, grey in (("cats", 60), ("dogs", 190)):
        os.makedirs(os.path.join(part, name))
        for i in range(6):
            pixels = np.random.normal(grey, 20, (20, 24, 3)).clip(0, 255).astype("uint8")
            Image.fromarray(pixels).save(os.path.join(part, name, f"{name}.{i}.jpg"))

train_datagen = ImageDataGenerator(
    rescale=1.0 / 255,
    rotation_range=40,
    width_shift_range=0.2,
    height_shift_range=0.2,
    shear_range=0.2,
    zoom_range=0.2,
    horizontal_flip=True,
    fill_mode="nearest",
)
train_generator = train_datagen.flow_from_directory(
    "train", target_size=(12, 12), batch_size=4, class_mode="binary"
)
validation_generator = ImageDataGenerator(rescale=1.0 / 255).flow_from_directory(
    "validation", target_size=(12, 12), batch_size=4, class_mode="binary"
)
assert train_generator.class_indices == {"cats": 0, "dogs": 1}
for data_batch, labels_batch in train_generator:
    assert data_batch.shape == (4, 12, 12, 3)
    assert labels_batch.shape == (4,)
    break

conv_base = models.Sequential(name="base")
conv_base.add(layers.Conv2D(4, (3, 3), activation="relu", input_shape=(12, 12, 3)))
conv_base.add(layers.MaxPooling2D((2, 2)))
model = models.Sequential()
model.add(conv_base)
model.add(layers.Flatten())
model.add(layers.Dense(1, activation="sigmoid"))
conv_base.trainable = False
assert len(model.trainable_weights) == 2
model.compile(loss="binary_crossentropy", optimizer=optimizers.RMSprop(lr=2e-5), metrics=["acc"])
history = model.fit_generator(
    train_generator,
    steps_per_epoch=3,
    epochs=2,
    validation_data=validation_generator,
    validation_steps=3,
    verbose=0,
)
assert sorted(history.history) == ["acc", "loss", "val_acc", "val_loss"]
assert len(model.evaluate_generator(validation_generator, steps=2)) == 2
assert model.predict_generator(validation_generator, steps=2).shape == (8, 1)
model.save("cats_and_dogs_small_1.h5")

model = models.load_model("cats_and_dogs_small_1.h5")
assert tuple(model.input.shape) == (None, 12, 12, 3)
img = image.load_img("train/cats/cats.0.jpg", target_size=(12, 12))
img_tensor = np.expand_dims(image.img_to_array(img), axis=0) / 255.0

# What maximizes a filter
layer_output = conv_base.layers[0].output
loss = K.mean(layer_output[:, :, :, 0])
grads = K.gradients(loss, conv_base.input)[0]
grads /= K.sqrt(K.mean(K.square(grads))) + 1e-5
iterate = K.function([conv_base.input], [loss, grads])
before, _ = iterate([img_tensor])
for _ in range(3):
    loss_value, grads_value = iterate([img_tensor])
    img_tensor += grads_value * 1.0
assert iterate([img_tensor])[0] > before

# A heat map of the class
inputs = layers.Input((12, 12, 3))
last = layers.Conv2D(5, 3, name="last")(inputs)
whole = models.Model(inputs, layers.Dense(3)(layers.GlobalAveragePooling2D()(last)))
grads = K.gradients(whole.output[:, 2], whole.get_layer("last").output)[0]
pooled_grads = K.mean(grads, axis=(0, 1, 2))
iterate = K.function([whole.input], [pooled_grads, whole.get_layer("last").output[0]])
pooled_grads_value, conv_layer_output_value = iterate([img_tensor])
kernel = whole.layers[-1].get_weights()[0]
np.testing.assert_allclose(pooled_grads_value, kernel[:, 2] / 100, rtol=1e-4)
for i in range(5):
    conv_layer_output_value[:, :, i] *= pooled_grads_value[i]
assert np.mean(conv_layer_output_value, axis=-1).shape == (10, 10)
