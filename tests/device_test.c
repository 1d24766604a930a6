/* SPDX-License-Identifier: MIT */
/* The device model: kobjects with types, device attributes, platform devices and their drivers. */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/jiffies.h>
#include <linux/kobject.h>
#include <linux/kstrtox.h>
#include <linux/kthread.h>
#include <linux/pci.h>
#include <linux/platform_device.h>
#include <linux/shell.h>
#include <linux/string.h>
#include "context.h"

static char order[32];
static unsigned int order_len;
static char out[512];

static void note(char letter)
{
	order[order_len++ % sizeof(order)] = letter;
}

static int device_test_init(struct kunit *test)
{
	memset(order, 0, sizeof(order));
	order_len = 0;
	return 0;
}

/* What @command prints; its status is expected to be @status. */
static const char *sh(struct kunit *test, int status, const char *command)
{
	KUNIT_EXPECT_EQ_MSG(test, shell_capture(command, out, sizeof(out)), status, "%s", command);
	return out;
}

/* --- kobjects that are part of something --- */

struct thing {
	int value;
	struct kobject kobj;
};

static ssize_t thing_show(struct kobject *kobj, struct attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s %d\n", attr->name, container_of(kobj, struct thing, kobj)->value);
}

static ssize_t thing_store(struct kobject *kobj, struct attribute *attr, const char *buf, size_t n)
{
	return kstrtoint(buf, 0, &container_of(kobj, struct thing, kobj)->value) ?: n;
}

static void thing_release(struct kobject *kobj)
{
	note('0' + container_of(kobj, struct thing, kobj)->value);
	kfree(container_of(kobj, struct thing, kobj));
}

static const struct sysfs_ops thing_ops = { .show = thing_show, .store = thing_store };
static struct attribute foo = { .name = "foo", .mode = 0644 }, bar = { .name = "bar", .mode = 0444 };
static struct attribute *thing_attrs[] = { &foo, &bar, NULL };
ATTRIBUTE_GROUPS(thing);
static const struct kobj_type thing_ktype = {
	.release = thing_release, .sysfs_ops = &thing_ops, .default_groups = thing_groups
};

static struct thing *new_thing(struct kunit *test, int value)
{
	struct thing *t = kzalloc(sizeof(*t), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, t);
	t->value = value;
	return t;
}

static void kobjects_of_a_type(struct kunit *test)
{
	struct kset *set = kset_create_and_add("kt_set", NULL, kernel_kobj);
	struct thing *a = new_thing(test, 1), *b = new_thing(test, 2), *again = new_thing(test, 3);

	KUNIT_ASSERT_NOT_NULL(test, set);
	a->kobj.kset = set;
	KUNIT_EXPECT_EQ(test, kobject_init_and_add(&a->kobj, &thing_ktype, NULL, "a%d", 1), 0);
	KUNIT_EXPECT_EQ(test, kobject_init_and_add(&b->kobj, &thing_ktype, &a->kobj, "b"), 0);
	KUNIT_EXPECT_EQ(test, kobject_init_and_add(&again->kobj, &thing_ktype, &a->kobj, "b"), -EEXIST);
	kobject_put(&again->kobj);
	KUNIT_EXPECT_STREQ(test, order, "3");
	KUNIT_EXPECT_STREQ(test, sh(test, 0, "cat /sys/kernel/kt_set/a1/bar /sys/kernel/kt_set/a1/b/foo"),
			   "bar 1\nfoo 2\n");
	sh(test, 0, "echo 7 > /sys/kernel/kt_set/a1/foo");
	KUNIT_EXPECT_EQ(test, a->value, 7);
	sh(test, 1, "echo 8 > /sys/kernel/kt_set/a1/bar");
	kobject_put(&a->kobj);			/* b still has it */
	KUNIT_EXPECT_STREQ(test, order, "3");
	kobject_put(&b->kobj);
	KUNIT_EXPECT_STREQ(test, order, "327");
	sh(test, 1, "ls /sys/kernel/kt_set/a1");
	kset_unregister(set);
	sh(test, 1, "ls /sys/kernel/kt_set");
}

static void a_kobject_with_others_in_it(struct kunit *test)
{
	struct kobject *top = kobject_create_and_add("kt_top", kernel_kobj);
	struct kobject *in = kobject_create_and_add("in", top);

	KUNIT_ASSERT_NOT_NULL(test, in);
	kunit_expect_report(test, "kobject_del(\"kt_top\"): 1 kobjects are still in it");
	kobject_del(top);
	KUNIT_EXPECT_STREQ(test, sh(test, 0, "ls /sys/kernel/kt_top"), "in/\n");
	kobject_put(top);
	kobject_put(in);
	sh(test, 1, "ls /sys/kernel/kt_top");
}

/* --- attributes of devices --- */

static int level;

static ssize_t level_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s %d\n", dev_name(dev), level);
}

static ssize_t level_store(struct device *dev, struct device_attribute *attr, const char *buf,
			   size_t count)
{
	return kstrtoint(buf, 0, &level) ?: count;
}
static DEVICE_ATTR_RW(level);
static struct attribute *level_attrs[] = { &dev_attr_level.attr, NULL };
ATTRIBUTE_GROUPS(level);

static void attributes_of_a_class_device(struct kunit *test)
{
	struct class *class = class_create("kt_class");
	struct device *a, *b;

	KUNIT_ASSERT_FALSE(test, IS_ERR(class));
	level = 1;
	a = device_create_with_groups(class, NULL, 0, NULL, level_groups, "a");
	b = device_create(class, a, 0, &level, "b%d", 2);
	KUNIT_ASSERT_FALSE(test, IS_ERR(a) || IS_ERR(b));
	KUNIT_EXPECT_PTR_EQ(test, dev_get_drvdata(b), &level);
	KUNIT_EXPECT_EQ(test, device_create_file(b, &dev_attr_level), 0);
	KUNIT_EXPECT_EQ(test, device_create_file(b, &dev_attr_level), -EEXIST);
	sh(test, 0, "echo 5 > /sys/class/kt_class/a/level");
	KUNIT_EXPECT_STREQ(test, sh(test, 0, "cat /sys/class/kt_class/*/level"), "a 5\nb2 5\n");
	sh(test, 1, "echo five > /sys/class/kt_class/a/level");
	device_remove_file(b, &dev_attr_level);
	sh(test, 1, "cat /sys/class/kt_class/b2/level");
	KUNIT_EXPECT_EQ(test, devm_device_add_group(b, &level_group), 0);
	KUNIT_EXPECT_STREQ(test, sh(test, 0, "cat /sys/class/kt_class/b2/level"), "b2 5\n");
	class_destroy(class);
	sh(test, 1, "ls /sys/class/kt_class");
}

static struct completion in_store, let_go;
static bool gave_up;

static ssize_t held_store(struct device *dev, struct device_attribute *attr, const char *buf,
			  size_t count)
{
	complete(&in_store);
	gave_up = !wait_for_completion_timeout(&let_go, HZ);
	return count;
}
static DEVICE_ATTR_WO(held);

static int held_writer(void *unused)
{
	return shell_system("echo 1 > /sys/class/kt_class/a/held");
}

static int destroyer(void *class)
{
	device_destroy(class, 0);
	return 0;
}

static int file_remover(void *dev)
{
	device_remove_file(dev, &dev_attr_held);
	return 0;
}

/*
 * A store() runs while @remover takes away its file, or the device: others can make and remove devices and
 * files meanwhile, as the store() itself could.
 */
static void remove_while_stored(struct kunit *test, struct class *class, int (*remover)(void *arg),
				void *arg)
{
	struct task_struct *writer, *remove;
	struct device *b;

	init_completion(&in_store);
	init_completion(&let_go);
	writer = kthread_run(held_writer, NULL, "writer");
	KUNIT_ASSERT_FALSE(test, IS_ERR(writer));
	get_task_struct(writer);
	wait_for_completion(&in_store);
	remove = kthread_run(remover, arg, "remover");
	KUNIT_ASSERT_FALSE(test, IS_ERR(remove));
	get_task_struct(remove);
	KUNIT_EXPECT_TRUE(test, wait_until(fs_type("/sys/class/kt_class/a/held") == -ENOENT));
	b = device_create_with_groups(class, NULL, 5, NULL, level_groups, "b");
	KUNIT_EXPECT_FALSE(test, IS_ERR(b));
	device_destroy(class, 5);
	complete(&let_go);
	kthread_stop_put(writer);
	kthread_stop_put(remove);
	KUNIT_EXPECT_FALSE(test, gave_up);
}

static void removal_waits_without_a_lock(struct kunit *test)
{
	struct class *class = class_create("kt_class");
	struct device *a;

	KUNIT_ASSERT_FALSE(test, IS_ERR(class));
	a = device_create(class, NULL, 0, NULL, "a");
	KUNIT_ASSERT_FALSE(test, IS_ERR(a));
	KUNIT_EXPECT_EQ(test, device_create_file(a, &dev_attr_held), 0);
	remove_while_stored(test, class, file_remover, a);
	KUNIT_EXPECT_EQ(test, device_create_file(a, &dev_attr_held), 0);
	remove_while_stored(test, class, destroyer, class);
	sh(test, 1, "ls /sys/class/kt_class/a");
	class_destroy(class);
}

static DECLARE_COMPLETION(two_inside);
static atomic_t inside, removers;

static ssize_t delete_store(struct device *dev, struct device_attribute *attr, const char *buf,
			    size_t count)
{
	if (atomic_inc_return(&inside) == 2)
		complete_all(&two_inside);
	wait_for_completion_timeout(&two_inside, HZ);
	if (device_remove_file_self(dev, attr)) {
		atomic_inc(&removers);
		device_unregister(dev);
	}
	return count;
}
static DEVICE_ATTR_WO(delete);
static struct attribute *delete_attrs[] = { &dev_attr_delete.attr, &dev_attr_level.attr, NULL };
ATTRIBUTE_GROUPS(delete);

static void delete_release(struct device *dev)
{
	note('d');
	kfree(dev);
}

static int deleter(void *unused)
{
	return shell_system("echo 1 > /sys/devices/kt_delete/delete");
}

/* Two write at once: one removes the device, and waits for the other, but not for itself. */
static void a_store_removes_its_own_device(struct kunit *test)
{
	struct device *dev = kzalloc(sizeof(*dev), GFP_KERNEL);
	struct task_struct *p[2];

	KUNIT_ASSERT_NOT_NULL(test, dev);
	atomic_set(&inside, 0);
	atomic_set(&removers, 0);
	reinit_completion(&two_inside);
	dev->init_name = "kt_delete";
	dev->groups = delete_groups;
	dev->release = delete_release;
	KUNIT_ASSERT_EQ(test, device_register(dev), 0);
	for (int i = 0; i < 2; i++) {
		p[i] = kthread_create(deleter, NULL, "deleter");
		KUNIT_ASSERT_FALSE(test, IS_ERR(p[i]));
		get_task_struct(p[i]);
		wake_up_process(p[i]);		/* from here on it may end */
	}
	wait_for_completion(&two_inside);
	KUNIT_ASSERT_TRUE(test, wait_until(*order == 'd'));
	for (int i = 0; i < 2; i++)
		KUNIT_EXPECT_EQ(test, kthread_stop_put(p[i]), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&inside), 2);
	KUNIT_EXPECT_EQ(test, atomic_read(&removers), 1);
	KUNIT_EXPECT_STREQ(test, order, "d");
	sh(test, 1, "ls /sys/devices/kt_delete");
}

static void pci_devices_say_what_they_are(struct kunit *test)
{
	struct pci_dev *dev = pci_get_device(PCI_ANY_ID, PCI_ANY_ID, NULL);
	char command[64], want[16];

	KUNIT_ASSERT_NOT_NULL(test, dev);
	snprintf(command, sizeof(command), "cat /sys/bus/pci/devices/%s/vendor", pci_name(dev));
	snprintf(want, sizeof(want), "0x%04x\n", dev->vendor);
	KUNIT_EXPECT_STREQ(test, sh(test, 0, command), want);
}

/* --- platform devices --- */

static int probe_err;

static int plat_probe(struct platform_device *pdev)
{
	note('p');
	platform_set_drvdata(pdev, devm_kzalloc(&pdev->dev, 8, GFP_KERNEL));
	return probe_err;
}

static void plat_remove(struct platform_device *pdev)
{
	note(platform_get_drvdata(pdev) ? 'r' : '?');
}

static const struct platform_device_id plat_ids[] = { { "kt_other", 4 }, { "kt_plat", 5 }, {} };
static struct platform_driver plat_driver = {
	.probe = plat_probe, .remove = plat_remove, .id_table = plat_ids,
	.driver = { .name = "kt_driver", .dev_groups = level_groups },
};

static void plat_release(struct device *dev)
{
	note('f');
}

static void a_driver_finds_its_platform_devices(struct kunit *test)
{
	static const struct resource res[] = {
		{ .start = 0x1000, .end = 0x1fff, .flags = IORESOURCE_MEM },
		{ .start = 9, .end = 9, .flags = IORESOURCE_IRQ },
		{ .start = 0x2000, .end = 0x2003, .flags = IORESOURCE_MEM },
	};
	struct platform_device *a, *b, *other;

	probe_err = 0;
	a = platform_device_register_simple("kt_plat", 3, res, ARRAY_SIZE(res));
	KUNIT_ASSERT_FALSE(test, IS_ERR(a));
	KUNIT_EXPECT_PTR_EQ(test, platform_device_register_simple("kt_plat", 3, NULL, 0),
			    ERR_PTR(-EEXIST));
	KUNIT_EXPECT_STREQ(test, dev_name(&a->dev), "kt_plat.3");
	KUNIT_EXPECT_EQ(test, platform_driver_register(&plat_driver), 0);
	KUNIT_EXPECT_STREQ(test, order, "p");
	KUNIT_EXPECT_EQ(test, a->id_entry->driver_data, 5);
	KUNIT_EXPECT_STREQ(test, dev_driver_string(&a->dev), "kt_driver");
	b = platform_device_register_data(NULL, "kt_plat", PLATFORM_DEVID_NONE, "data", 5);
	KUNIT_ASSERT_FALSE(test, IS_ERR(b));
	KUNIT_EXPECT_STREQ(test, order, "pp");		/* the driver was there before it */
	KUNIT_EXPECT_STREQ(test, dev_get_platdata(&b->dev), "data");
	KUNIT_EXPECT_STREQ(test, sh(test, 0, "cat /sys/bus/platform/devices/kt_plat/level"), "kt_plat 5\n");
	other = platform_device_register_simple("kt_stranger", PLATFORM_DEVID_AUTO, NULL, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR(other));
	KUNIT_EXPECT_NULL(test, other->dev.driver);
	KUNIT_EXPECT_STREQ(test, dev_name(&other->dev), "kt_stranger.0.auto");

	KUNIT_EXPECT_EQ(test, platform_get_resource(a, IORESOURCE_MEM, 1)->start, 0x2000);
	KUNIT_EXPECT_NULL(test, platform_get_resource(a, IORESOURCE_MEM, 2));
	KUNIT_EXPECT_EQ(test, platform_get_irq(a, 0), 9);
	KUNIT_EXPECT_EQ(test, platform_get_irq_optional(a, 1), -ENXIO);
	KUNIT_EXPECT_EQ(test, platform_get_irq(b, 0), -ENXIO);

	platform_device_unregister(a);
	KUNIT_EXPECT_STREQ(test, order, "ppr");
	platform_driver_unregister(&plat_driver);
	KUNIT_EXPECT_STREQ(test, order, "pprr");
	KUNIT_EXPECT_NULL(test, b->dev.driver);
	sh(test, 1, "cat /sys/bus/platform/devices/kt_plat/level");
	platform_device_unregister(b);
	platform_device_unregister(other);
	sh(test, 1, "ls /sys/bus/platform/devices/kt_plat");
}

static void a_platform_device_of_the_callers(struct kunit *test)
{
	static struct platform_device pdev;

	/* Anew, if it was registered before: a name is left in what was released. */
	pdev = (struct platform_device){ .name = "kt_plat", .id = 1, .dev.release = plat_release };
	probe_err = -ENODEV;
	KUNIT_EXPECT_EQ(test, platform_driver_register(&plat_driver), 0);
	KUNIT_EXPECT_EQ(test, platform_device_register(&pdev), 0);
	KUNIT_EXPECT_STREQ(test, order, "p");
	KUNIT_EXPECT_NULL(test, pdev.driver);
	get_device(&pdev.dev);
	platform_device_unregister(&pdev);
	KUNIT_EXPECT_STREQ(test, order, "p");		/* somebody has it still */
	put_device(&pdev.dev);
	KUNIT_EXPECT_STREQ(test, order, "pf");
	platform_driver_unregister(&plat_driver);
}

/* A driver whose devices have another each, and bring its driver with them: probe and remove hold no bus's lock. */
static struct platform_device *child;
static int child_bound;

static int child_probe(struct platform_device *pdev)
{
	note('c');
	child_bound++;
	return 0;
}

static void child_remove(struct platform_device *pdev)
{
	note('d');
	child_bound--;
}

static struct platform_driver child_driver = {
	.probe = child_probe, .remove = child_remove, .driver = { .name = "kt_child" },
};

static int parent_probe(struct platform_device *pdev)
{
	int err = platform_driver_register(&child_driver);

	note('p');
	child = platform_device_register_simple("kt_child", PLATFORM_DEVID_NONE, NULL, 0);
	return err ?: child_bound == 1 ? PTR_ERR_OR_ZERO(child) : -EIO;
}

static void parent_remove(struct platform_device *pdev)
{
	note('r');
	platform_driver_unregister(&child_driver);
	platform_device_unregister(child);
}

static struct platform_driver parent_driver = {
	.probe = parent_probe, .remove = parent_remove, .driver = { .name = "kt_parent" },
};

static void a_probe_registers_devices_and_drivers(struct kunit *test)
{
	struct platform_device *pdev;

	child_bound = 0;
	pdev = platform_device_register_simple("kt_parent", PLATFORM_DEVID_NONE, NULL, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR(pdev));
	KUNIT_EXPECT_EQ(test, platform_driver_register(&parent_driver), 0);	/* the device was first */
	KUNIT_EXPECT_STREQ(test, order, "pc");
	KUNIT_EXPECT_PTR_EQ(test, pdev->driver, &parent_driver);
	platform_device_unregister(pdev);
	KUNIT_EXPECT_STREQ(test, order, "pcrd");
	pdev = platform_device_register_simple("kt_parent", PLATFORM_DEVID_NONE, NULL, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR(pdev));
	KUNIT_EXPECT_STREQ(test, order, "pcrdpc");
	platform_driver_unregister(&parent_driver);
	KUNIT_EXPECT_STREQ(test, order, "pcrdpcrd");
	KUNIT_EXPECT_EQ(test, child_bound, 0);
	platform_device_unregister(pdev);
}

static struct kunit_case device_cases[] = {
	KUNIT_CASE(kobjects_of_a_type),
	KUNIT_CASE(a_kobject_with_others_in_it),
	KUNIT_CASE(attributes_of_a_class_device),
	KUNIT_CASE(removal_waits_without_a_lock),
	KUNIT_CASE(a_store_removes_its_own_device),
	KUNIT_CASE(pci_devices_say_what_they_are),
	KUNIT_CASE(a_driver_finds_its_platform_devices),
	KUNIT_CASE(a_platform_device_of_the_callers),
	KUNIT_CASE(a_probe_registers_devices_and_drivers),
	{}
};

static struct kunit_suite device_suite = {
	.name = "device", .init = device_test_init, .test_cases = device_cases
};
kunit_test_suite(device_suite);
