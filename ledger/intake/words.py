"""The words that registers use: headers by field, states, and the ways to say that there is no date."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ledger.rules.unit import State

IGNORE: Final = "ignore"

#: What the fields are called, in Chinese and English.
FIELD_NAMES: Final[Mapping[str, tuple[str, str]]] = {
    "building": ("楼栋", "building"),
    "stair": ("单元", "stair"),
    "room": ("房号", "room"),
    "whole_room": ("完整房号", "whole address"),
    "area": ("建筑面积", "area"),
    "state": ("房屋状态", "state"),
    "owner_name": ("业主姓名", "owner's name"),
    "phone": ("联系电话", "phone"),
    "handed_over_on": ("交付日期", "hand-over date"),
    "label": ("门牌名称", "printed label"),
    "floor": ("楼层", "floor"),
    "area_source": ("面积依据", "source of the area"),
    "credit_code": ("统一社会信用代码", "credit code"),
    IGNORE: ("忽略", "ignore"),
}

# 套内面积 is not here: it is another measure, and to bill by it would be a decision. 入住日期 is not
# here either: who moved in later still owed from the hand-over. The treasurer may map both.
# Identity numbers are ignored on purpose: the books have no use for them.
HEADERS: Final[Mapping[str, str]] = {
    "building": (
        "楼栋 楼幢 栋 幢 栋号 幢号 栋数 楼号 楼 座 座号 号楼 楼座 楼宇 楼宇号 楼宇名称 楼栋号 楼幢号 "
        "楼栋名称 楼栋编号 楼栋幢 栋幢 栋座 房屋楼栋 所在楼栋 building block tower"
    ),
    "stair": "单元 单元号 单元名称 单元编号 单元门 所在单元 门栋 门洞 梯号 stair entrance staircase",
    "room": (
        "房号 房间号 室号 户号 房间 门牌号 房屋号 室 门号 房间编号 户室号 户室 房室号 房 room roomno "
        "roomnumber flat"
    ),
    "whole_room": (
        "房屋 房屋编号 房屋编码 房屋代码 房产 房产编号 房屋坐落 坐落 坐落位置 房屋地址 地址 门牌 住址 "
        "房屋名称 房屋信息 房间全称 完整房号 楼栋房号 楼栋单元房号 栋单元房号 楼栋单元室 栋单元室 幢单元室 "
        "楼号单元房号 楼房号 资源名称 房产名称 unit unitcode address"
    ),
    "area": (
        "面积 建筑面积 房屋面积 房屋建筑面积 建面 产权面积 产权建筑面积 计费面积 收费面积 登记面积 实测面积 "
        "实测建筑面积 面积平方米 面积平米 建筑面积平方米 建筑面积m2 面积m2 area floorarea"
    ),
    "state": (
        "房屋状态 状态 房态 入住状态 入住情况 使用状态 使用情况 居住状态 居住情况 房屋现状 现状 "
        "房屋使用状态 房屋使用情况 销售状态 销售情况 交付状态 房屋状况 房间状态 state status"
    ),
    "owner_name": (
        "业主姓名 业主 业主名称 业主名 姓名 户主 户主姓名 房主 产权人 产权人姓名 产权所有人 房屋所有权人 "
        "权利人 所有权人 购房人 买受人 客户 客户姓名 客户名称 业主单位 业主产权人 owner ownername name"
    ),
    "phone": (
        "联系电话 电话 手机 手机号 手机号码 电话号码 联系方式 业主电话 业主手机 业主手机号 业主联系电话 "
        "业主联系方式 移动电话 联系手机 phone mobile tel telephone"
    ),
    "handed_over_on": (
        "交付日期 交付时间 交付日 接房时间 接房日期 接房日 交房时间 交房日期 交房日 收房时间 收房日期 "
        "收楼日期 收楼时间 交楼日期 交楼时间 入伙日期 入伙时间 领房日期 领房时间 领钥匙日期 实际交付日期 "
        "实际交房日期 房屋交付日期 handedoveron handoverdate handover"
    ),
    "label": "门牌名称 显示名称 房屋全称 房屋简称 房屋标签 标签 打印名称 label",
    "floor": "楼层 所在楼层 所在层 层 层次 层数 floor",
    "area_source": "面积依据 面积来源 计费面积依据 面积类型 areasource",
    "credit_code": "统一社会信用代码 社会信用代码 信用代码 企业信用代码 creditcode uscc",
    IGNORE: (
        "序号 编号 行号 no 序 备注 说明 备注说明 小区 小区名称 项目 项目名称 户型 身份证 身份证号 "
        "身份证号码 证件号 证件号码 证件类型 业主身份证号 remark remarks note notes"
    ),
}

STATES: Final[Mapping[State, str]] = {
    State.UNSOLD: "未售 未销售 未出售 未卖 待售 在售 可售 尾盘 库存 自持 开发商自持 开发商未售",
    State.SOLD_NOT_HANDED_OVER: (
        "已售未交付 已售未交 已售未交房 已售未接房 已售未收房 已售待交付 已售待交房 已销售未交付 "
        "已出售未交付 售出未交付 未交付 未交房 未交 未接房 未收房 未收楼 待交付 待交房"
    ),
    State.HANDED_OVER: (
        "已交付 已交房 已交 已接房 已收房 已收楼 已领房 交付 已售已交付 已售已交房 已售已接房 装修 装修中 "
        "已装修未住"
    ),
    State.VACANT: (
        "空置 空房 空关 空置房 空 闲置 未入住 未住 无人居住 无人 已交付空置 已交付未入住 已售空置 "
        "已接房未入住"
    ),
    State.OCCUPIED: "已入住 入住 自住 自用 业主自住 业主自用 常住 居住 在住 居住中 使用中 有人居住 营业",
    State.LET: "出租 已出租 出租中 租赁 租赁中 租住 租出 转租 租户 出租房 租客",
}

# Sold, but handed over or not? The state alone does not say.
STATES_OPEN: Final = "已售 已销售 已出售 售出 已卖 已购"

NO_DATE: Final = (
    "/ - 无 空 暂无 未交付 未交 未交房 未接房 未收房 未接 未收 未入伙 未办理 未办 待交付 待交房 未售 "
    "未出售 NA N/A"
)

NO_TEXT: Final = "/ - 无 暂无 N/A NA"
