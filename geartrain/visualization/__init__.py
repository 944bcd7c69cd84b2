"""Pictures with boxes, masks and labels on them, and galleries of such pictures.

Pictures are arrays, and what comes out is arrays of uint8 or a file. Letters are drawn by Pillow
(`geartrain[pictures]`); nothing else needs it.

Start reading at `bounding_boxes.py`.
"""

from geartrain.rooms import loading_later

with loading_later(__name__):
    from geartrain.visualization.bounding_boxes import draw_bounding_boxes
    from geartrain.visualization.galleries import (
        plot_bounding_box_gallery,
        plot_image_gallery,
        plot_segmentation_mask_gallery,
    )
    from geartrain.visualization.segmentation import draw_segmentation_masks

__all__ = [
    "draw_bounding_boxes",
    "draw_segmentation_masks",
    "plot_bounding_box_gallery",
    "plot_image_gallery",
    "plot_segmentation_mask_gallery",
]
