"""Lots, where they lie, shipments and recalls."""

import django.db.models.deletion
import django.db.models.expressions
from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('loop', '0014_cause'),
        ('people', '0010_neighbour'),
    ]

    operations = [
        migrations.CreateModel(
            name='Lot',
            fields=[
                ('matter', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='lot', serialize=False, to='loop.matter')),
                ('code', models.CharField(max_length=20)),
                ('good', models.CharField(max_length=12)),
                ('act', models.CharField(max_length=12)),
                ('day', models.DateField()),
                ('amount', models.DecimalField(decimal_places=3, max_digits=15)),
                ('taken', models.DecimalField(decimal_places=3, default=Decimal('0'), max_digits=15)),
                ('beside', models.DecimalField(decimal_places=3, default=Decimal('0'), max_digits=15)),
                ('wet', models.DecimalField(decimal_places=1, max_digits=4, null=True)),
                ('water', models.DecimalField(decimal_places=1, max_digits=4, null=True)),
                ('bags', models.PositiveIntegerField(null=True)),
                ('gtin', models.CharField(blank=True, max_length=14)),
                ('best', models.DateField(null=True)),
                ('variety', models.CharField(blank=True, max_length=60)),
                ('words', models.TextField(blank=True)),
                ('void', models.BooleanField(default=False)),
                ('recall', models.BigIntegerField(null=True)),
                ('token', models.CharField(max_length=40, null=True, unique=True)),
                ('source_row', models.JSONField(default=dict)),
                ('org', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                ('place', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.place')),
            ],
        ),
        migrations.CreateModel(
            name='Move',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('entry', models.BigIntegerField()),
                ('why', models.CharField(max_length=10)),
                ('came', models.DecimalField(decimal_places=3, default=Decimal('0'), max_digits=15)),
                ('went', models.DecimalField(decimal_places=3, default=Decimal('0'), max_digits=15)),
                ('into', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='sources', to='chain.lot')),
                ('lot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='moves', to='chain.lot')),
                ('org', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='Paper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('entry', models.BigIntegerField()),
                ('what', models.CharField(max_length=10)),
                ('passed', models.BooleanField()),
                ('by', models.CharField(max_length=80)),
                ('number', models.CharField(blank=True, max_length=60)),
                ('day', models.DateField()),
                ('sha256', models.CharField(max_length=64)),
                ('lot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='papers', to='chain.lot')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Recall',
            fields=[
                ('matter', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='recall', serialize=False, to='loop.matter')),
                ('ordered', models.BigIntegerField(null=True)),
                ('lot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='chain.lot')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Affected',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', models.DecimalField(decimal_places=3, max_digits=15)),
                ('held', models.DecimalField(decimal_places=3, max_digits=15, null=True)),
                ('org', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                ('lot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='chain.lot')),
                ('recall', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='affected', to='chain.recall')),
            ],
        ),
        migrations.CreateModel(
            name='Shipment',
            fields=[
                ('matter', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='shipment', serialize=False, to='loop.matter')),
                ('amount', models.DecimalField(decimal_places=3, max_digits=15)),
                ('received', models.DecimalField(decimal_places=3, max_digits=15, null=True)),
                ('day', models.DateField()),
                ('source_row', models.JSONField(default=dict)),
                ('bound', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                ('lot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shipments', to='chain.lot')),
                ('sender', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                ('to', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='Stock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('came', models.DecimalField(decimal_places=3, default=Decimal('0'), max_digits=15)),
                ('went', models.DecimalField(decimal_places=3, default=Decimal('0'), max_digits=15)),
                ('lot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stocks', to='chain.lot')),
                ('org', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
            ],
        ),
        migrations.AddIndex(
            model_name='lot',
            index=models.Index(fields=['gtin', 'code'], name='lot_gtin'),
        ),
        migrations.AddIndex(
            model_name='lot',
            index=models.Index(fields=['code'], name='lot_code'),
        ),
        migrations.AddConstraint(
            model_name='lot',
            constraint=models.UniqueConstraint(fields=('org', 'code'), name='lot_code_once'),
        ),
        migrations.AddConstraint(
            model_name='lot',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='lot_of_something'),
        ),
        migrations.AddConstraint(
            model_name='lot',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('act__in', ('dry', 'mill', 'pack', 'split', 'mix')), _negated=True), ('taken__gte', django.db.models.expressions.CombinedExpression(models.F('amount'), '+', models.F('beside'))), _connector='OR'), name='lot_within_what_went_in'),
        ),
        migrations.AddIndex(
            model_name='move',
            index=models.Index(condition=models.Q(('into__isnull', False)), fields=['lot', 'into'], name='move_forth'),
        ),
        migrations.AddConstraint(
            model_name='move',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('came__gt', 0), ('went', 0)), models.Q(('came', 0), ('went__gt', 0)), _connector='OR'), name='move_one_way'),
        ),
        migrations.AddConstraint(
            model_name='affected',
            constraint=models.UniqueConstraint(fields=('recall', 'lot', 'org'), name='affected_once'),
        ),
        migrations.AddConstraint(
            model_name='affected',
            constraint=models.CheckConstraint(condition=models.Q(('held__isnull', True), models.Q(('held__gte', 0), ('held__lte', models.F('amount'))), _connector='OR'), name='no_more_held_back_than_there_was'),
        ),
        migrations.AddIndex(
            model_name='shipment',
            index=models.Index(condition=models.Q(('bound__isnull', False)), fields=['lot'], name='shipment_on_way'),
        ),
        migrations.AddConstraint(
            model_name='shipment',
            constraint=models.CheckConstraint(condition=models.Q(('received__isnull', True), models.Q(('received__gte', 0), ('received__lte', models.F('amount'))), _connector='OR'), name='no_more_arrives_than_was_sent'),
        ),
        migrations.AddIndex(
            model_name='stock',
            index=models.Index(condition=models.Q(('came__gt', models.F('went'))), fields=['org'], name='stock_there'),
        ),
        migrations.AddConstraint(
            model_name='stock',
            constraint=models.UniqueConstraint(fields=('lot', 'org'), name='stock_once'),
        ),
        migrations.AddConstraint(
            model_name='stock',
            constraint=models.CheckConstraint(condition=models.Q(('came__gte', models.F('went')), ('went__gte', 0)), name='no_more_out_than_in'),
        ),
    ]
